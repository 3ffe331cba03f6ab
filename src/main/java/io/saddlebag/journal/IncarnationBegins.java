package io.saddlebag.journal;

import io.saddlebag.fault.BackupException;
import io.saddlebag.incarnation.Incarnation;
import io.saddlebag.incarnation.TimelineHistory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * Whether a journal that is older than all that are known of its incarnation was ever there (J25): journals may have been begun
 * after the backup which a server starts from, and one that takes the missing ones for the end opens without all that follow.
 */
final class IncarnationBegins {
    private final JournalSource source;
    private final Contents contents;

    /** What a small journal holds. */
    @FunctionalInterface
    interface Contents {
        /** @return empty when nobody has it */
        byte[] of(JournalSource source, JournalId id) throws IOException;
    }

    IncarnationBegins(JournalSource source, Contents contents) {
        this.source = source;
        this.contents = contents;
    }

    /**
     * No effect when its incarnation began behind it, or when nothing is known that could follow it.
     *
     * @param known of all incarnations; none of the journal's own before it
     * @throws BackupException {@link JournalFault#GAP} when something behind it is known
     */
    void requireNotBefore(JournalId id, String name, SortedSet<JournalId> known) throws IOException {
        for (Incarnation each : history(id.incarnation())) {
            if (each.number() == id.incarnation() && each.sequence() > id.sequence()) {
                return;
            }
        }
        TreeMap<Long, JournalId> firsts = new TreeMap<>();
        known.tailSet(new JournalId(id.incarnation(), 0)).forEach(each -> firsts.putIfAbsent(each.incarnation(), each));
        for (JournalId first : firsts.values()) {
            if (first.incarnation() == id.incarnation() || leads(id, first)) {
                throw new BackupException(
                        JournalFault.GAP,
                        "journal " + name + " of " + source.name() + " is older than the first one that is known, "
                                + source.nameOf(first).orElseGet(first::toString)
                                + ": it was lost, or never backed up",
                        "Recover from a full backup that was made after the journals were begun; or put it, and those behind"
                                + " it, into the folder.");
            }
        }
    }

    /** Whether the other's incarnation went off behind the beginning of a journal; without a history only the numbers tell. */
    private boolean leads(JournalId id, JournalId other) throws IOException {
        List<Incarnation> history = history(other.incarnation());
        long begin = source.extent(id, "").first();
        return history.isEmpty()
                ? id.sequence() <= other.sequence()
                : history.stream()
                        .anyMatch(each -> each.parent() == id.incarnation()
                                && each.reset() != null
                                && Long.compareUnsigned(begin, each.reset().value()) < 0);
    }

    /** Empty where there is none. */
    private List<Incarnation> history(long incarnation) throws IOException {
        JournalSource.Extent any = source.extent(new JournalId(1, 0), "");
        JournalId id = new JournalId(incarnation, 0);
        for (JournalSource each : source.companions()) {
            byte[] content = contents.of(each, id);
            if (content.length > 0) {
                return TimelineHistory.parse(
                        incarnation, new String(content, StandardCharsets.UTF_8), any.end() - any.first());
            }
        }
        return List.of();
    }
}
