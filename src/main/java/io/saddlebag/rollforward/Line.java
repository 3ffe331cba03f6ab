package io.saddlebag.rollforward;

import io.saddlebag.incarnation.Incarnation;
import io.saddlebag.incarnation.Incarnations;
import io.saddlebag.journal.JournalId;
import io.saddlebag.recovery.LogPosition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Which incarnation's journal of a number counts on a line. An incarnation goes off within a journal, and begins with a journal of that
 * number, which has what the parent's has up to there. Pure.
 */
final class Line {
    private final Incarnations known;
    private final long number;
    private final long journalBytes;
    private final List<Incarnation> newestFirst;

    /** @param journalBytes length of each journal */
    Line(Incarnations known, long number, long journalBytes) {
        this.known = known;
        this.number = number;
        this.journalBytes = journalBytes;
        List<Incarnation> path = new ArrayList<>(known.path(number));
        Collections.reverse(path);
        this.newestFirst = path;
    }

    long number() {
        return number;
    }

    /** The journal that holds what is right before that place. */
    long sequenceBefore(LogPosition place) {
        return Long.divideUnsigned(place.value() - 1, journalBytes);
    }

    long sequenceAt(LogPosition place) {
        return Long.divideUnsigned(place.value(), journalBytes);
    }

    LogPosition beginOf(long sequence) {
        return LogPosition.lsn(sequence * journalBytes);
    }

    /** The journal of that number that counts. */
    JournalId of(long sequence) {
        for (Incarnation each : newestFirst) {
            if (begins(each) <= sequence) {
                return new JournalId(each.number(), sequence);
            }
        }
        throw new IllegalStateException("the first incarnation of a line has every journal");
    }

    /** What has the beginning of {@link #of} as well: the parents', where incarnations go off within journals of that number. */
    List<JournalId> insteadOf(long sequence) {
        List<JournalId> others = new ArrayList<>();
        JournalId counting = of(sequence);
        for (Incarnation each : newestFirst) {
            Optional<LogPosition> end = known.endOnLine(number, each.number());
            if (each.number() != counting.incarnation()
                    && begins(each) <= sequence
                    && end.isPresent()
                    && sequence <= sequenceAt(end.get())) {
                others.add(new JournalId(each.number(), sequence));
            }
        }
        return others;
    }

    /** So many bytes of a beginning count: what its server wrote behind the place where the next incarnation went off doesn't. */
    long kept(Beginning begun) {
        LogPosition begin = beginOf(begun.id().sequence());
        return known.endOnLine(number, begun.id().incarnation())
                .map(end -> Math.max(0, Math.min(begun.bytes(), end.value() - begin.value())))
                .orElse(begun.bytes());
    }

    long journalBytes() {
        return journalBytes;
    }

    /** Whether it has anything that counts. */
    boolean has(JournalId journal) {
        return of(journal.sequence()).equals(journal)
                || insteadOf(journal.sequence()).contains(journal);
    }

    private long begins(Incarnation each) {
        LogPosition reset = each.reset();
        return reset == null ? 0 : sequenceAt(reset);
    }
}
