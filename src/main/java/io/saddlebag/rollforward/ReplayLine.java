package io.saddlebag.rollforward;

import io.saddlebag.incarnation.Incarnation;
import io.saddlebag.incarnation.StatePoint;
import io.saddlebag.journal.JournalId;
import io.saddlebag.recovery.JournalOffset;
import io.saddlebag.recovery.LogPosition;
import io.saddlebag.recovery.RecoveryTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Which parts of which journals bring a backup's state forward on a line of incarnations: of each incarnation up to where the next one went off.
 * Each incarnation has numbers of its own. Pure.
 *
 * @param missing journals that nobody has whole although they are needed
 */
record ReplayLine(List<Stretch> stretches, List<JournalId> missing) {
    /** More than 16 PB of log: whoever asks for more has misread a number. */
    private static final long MOST_JOURNALS = 1L << 24;

    ReplayLine {
        stretches = List.copyOf(stretches);
        missing = List.copyOf(missing);
    }

    /**
     * Journals of one incarnation.
     *
     * @param from where in the first one, in bytes
     * @param to where in the last one; 0 for its end
     */
    record Stretch(long incarnation, List<List<ReplayPart>> journals, long from, long to) {
        Stretch {
            journals = List.copyOf(journals);
        }
    }

    /**
     * @param path of the line, the oldest first
     * @param start the backup's state, on the path
     */
    static ReplayLine of(List<Incarnation> path, StatePoint start, ReplayHoldings holdings, RecoveryTarget target) {
        List<Stretch> stretches = new ArrayList<>();
        List<JournalId> missing = new ArrayList<>();
        boolean before = true;
        for (int i = 0; i < path.size(); i++) {
            Incarnation each = path.get(i);
            boolean first = each.number() == start.incarnation();
            before &= !first;
            if (before) {
                continue;
            }
            JournalOffset begin =
                    first ? JournalOffset.of(start.position()) : new JournalOffset(Math.max(0, each.sequence()), 0);
            LogPosition reset =
                    i + 1 < path.size() ? Objects.requireNonNull(path.get(i + 1).reset()) : null;
            Optional<JournalOffset> end =
                    reset == null ? last(each.number(), holdings, target) : Optional.of(upTo(JournalOffset.of(reset)));
            if (end.isPresent() && !isBehind(begin, end.get())) {
                add(stretches, missing, each.number(), begin, end.get(), holdings);
            }
        }
        return new ReplayLine(stretches, missing);
    }

    /** Nothing of a journal is the whole one before. */
    private static JournalOffset upTo(JournalOffset reset) {
        return reset.bytes() > 0 ? reset : new JournalOffset(Math.max(0, reset.journal() - 1), 0);
    }

    /** A place of 0 bytes stands for the end of that journal. */
    private static boolean isBehind(JournalOffset begin, JournalOffset end) {
        return begin.journal() > end.journal()
                || (begin.journal() == end.journal() && end.bytes() > 0 && begin.bytes() >= end.bytes());
    }

    private static Optional<JournalOffset> last(long incarnation, ReplayHoldings holdings, RecoveryTarget target) {
        if (target instanceof RecoveryTarget.Sequence sequence) {
            return Optional.of(new JournalOffset(sequence.number(), 0));
        }
        if (target instanceof RecoveryTarget.Position position) {
            return Optional.of(
                    new JournalOffset(JournalOffset.of(position.position()).journal(), 0));
        }
        return holdings.newest(incarnation).map(newest -> new JournalOffset(newest.sequence(), 0));
    }

    private static void add(
            List<Stretch> stretches,
            List<JournalId> missing,
            long incarnation,
            JournalOffset begin,
            JournalOffset end,
            ReplayHoldings holdings) {
        if (end.journal() - begin.journal() >= MOST_JOURNALS) {
            throw new IllegalArgumentException(
                    "journals " + begin.journal() + " to " + end.journal() + " are more than " + MOST_JOURNALS);
        }
        List<List<ReplayPart>> journals = new ArrayList<>();
        for (long sequence = begin.journal(); sequence <= end.journal(); sequence++) {
            JournalId id = new JournalId(incarnation, sequence);
            boolean isLast = sequence == end.journal();
            List<ReplayPart> parts = holdings.of(id);
            long has = parts.isEmpty() ? 0 : parts.get(parts.size() - 1).end();
            boolean upTo = isLast && end.bytes() > 0;
            boolean whole = upTo ? has >= end.bytes() : (has > 0 && !holdings.isTorn(id));
            if (whole) {
                journals.add(upTo ? upTo(parts, end.bytes()) : parts);
            } else {
                missing.add(id);
            }
        }
        if (missing.isEmpty() && reachesBack(journals, begin)) {
            stretches.add(new Stretch(incarnation, journals, begin.bytes(), end.bytes()));
        }
    }

    /** What ends before the state that it is to be applied to would take it back. */
    private static boolean reachesBack(List<List<ReplayPart>> journals, JournalOffset begin) {
        if (journals.isEmpty()) {
            return false;
        }
        List<ReplayPart> first = journals.get(0);
        return journals.size() > 1 || first.get(first.size() - 1).end() >= begin.bytes();
    }

    private static List<ReplayPart> upTo(List<ReplayPart> parts, long bytes) {
        return parts.stream().filter(each -> each.from() < bytes).toList();
    }

    /** All parts, in the order in which they are applied. */
    List<ReplayPart> parts() {
        return stretches.stream()
                .flatMap(each -> each.journals().stream())
                .flatMap(List::stream)
                .toList();
    }
}
