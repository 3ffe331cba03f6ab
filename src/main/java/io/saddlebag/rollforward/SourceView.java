package io.saddlebag.rollforward;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Waiter;
import io.saddlebag.journal.Journal;
import io.saddlebag.journal.JournalId;
import io.saddlebag.journal.JournalSource;
import io.saddlebag.journal.JournalView;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** Closed journals that are at their source, backed up or not. */
record SourceView(Map<JournalId, Journal> ready, boolean settled) {
    static final SourceView NOTHING = new SourceView(Map.of(), true);

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);
    private static final int MOST_LOOKS = 30;

    /** As they are now. */
    static SourceView now(JournalSource source) throws IOException {
        JournalView view;
        try {
            view = source.look();
        } catch (BackupException e) {
            throw new BackupException(
                    RollForwardFault.SOURCE,
                    "what " + source.name() + " has that isn't backed up can't be told: " + e.what(),
                    "Mend that; or when it is gone, recover from what is backed up alone, with --backed-up-only.",
                    e);
        }
        Map<JournalId, Journal> ready = new TreeMap<>();
        for (Journal each : view.ready()) {
            ready.put(each.id(), each);
        }
        return new SourceView(ready, view.current().isEmpty());
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
