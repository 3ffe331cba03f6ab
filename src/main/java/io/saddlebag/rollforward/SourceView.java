package io.saddlebag.rollforward;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Waiter;
import io.saddlebag.journal.Journal;
import io.saddlebag.journal.JournalId;
import io.saddlebag.journal.JournalSource;
import io.saddlebag.journal.JournalView;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Journals that are at their source, backed up or not.
 *
 * @param ready closed ones
 * @param beginnings of each incarnation's last one, where that isn't there as a whole
 * @param settled whether no closed one may still be written
 */
record SourceView(Map<JournalId, Journal> ready, Map<JournalId, Beginning> beginnings, boolean settled) {
    static final SourceView NOTHING = new SourceView(Map.of(), Map.of(), true);

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);
    private static final int MOST_LOOKS = 30;
    private static final int MOST_REPEATS = 5;

    /** As they are now. */
    static SourceView now(JournalSource source) throws IOException {
        try {
            return look(source);
        } catch (BackupException e) {
            throw new BackupException(
                    RollForwardFault.SOURCE,
                    "what " + source.name() + " has that isn't backed up can't be told: " + e.what(),
                    "Mend that; or when it is gone, recover from what is backed up alone, with --backed-up-only.",
                    e);
        }
    }

    /** One that is finished between two looks would be in neither, so they are made until both are of one moment. */
    private static SourceView look(JournalSource source) throws IOException {
        List<JournalId> before = ids(source.beginnings());
        JournalView view = source.look();
        List<Journal> begun = source.beginnings();
        for (int i = 1; i < MOST_REPEATS && !before.equals(ids(begun)); i++) {
            before = ids(begun);
            view = source.look();
            begun = source.beginnings();
        }
        Map<JournalId, Journal> ready = new TreeMap<>();
        for (Journal each : view.ready()) {
            ready.put(each.id(), each);
        }
        boolean settled = view.current().isEmpty();
        // one that may still be written isn't ready, and would be missed before them
        return new SourceView(ready, settled ? beginnings(source, view, begun) : Map.of(), settled);
    }

    private static List<JournalId> ids(List<Journal> journals) {
        return journals.stream().map(Journal::id).toList();
    }

    private static Map<JournalId, Beginning> beginnings(JournalSource source, JournalView view, List<Journal> begun)
            throws IOException {
        Map<JournalId, Beginning> found = new TreeMap<>();
        for (Journal each : begun) {
            if (!isFollowed(each.id(), ids(view.journals())) && !isFollowed(each.id(), ids(begun))) {
                Optional<Beginning> there = Beginning.of(source, each.id(), each.name());
                there.ifPresent(beginning -> found.put(each.id(), beginning));
            }
        }
        return found;
    }

    /** Whether a later one of the same incarnation is among them: then a beginning isn't the end, but a journal that was lost. */
    static boolean isFollowed(JournalId id, Iterable<JournalId> others) {
        for (JournalId other : others) {
            if (other.incarnation() == id.incarnation() && other.sequence() > id.sequence()) {
                return true;
            }
        }
        return false;
    }

    /** Those that are whole. */
    SourceView whole() {
        return new SourceView(ready, Map.of(), settled);
    }

    /** Once none is being written any more: the database is down, and what archives its journals is done soon. */
    static SourceView settled(JournalSource source, Waiter waiter) throws IOException, InterruptedException {
        SourceView seen = now(source);
        for (int i = 1; i < MOST_LOOKS && !seen.settled(); i++) {
            waiter.await(LOOK_AGAIN);
            seen = now(source);
        }
        return seen;
    }
}
