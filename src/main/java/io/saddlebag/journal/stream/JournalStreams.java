package io.saddlebag.journal.stream;

import io.saddlebag.fault.BackupException;
import io.saddlebag.journal.JournalListener;
import java.io.IOException;

/** The configured journals of a node that can be received as they are written. Thread-safe. */
public interface JournalStreams {
    /** Whether commits have to wait for the copy. */
    enum Commits {
        GO_ON,
        WAIT
    }

    /**
     * A stream, not begun yet.
     *
     * @param listener told on the thread that receives
     * @throws BackupException when there are no journals of that name, or they name no database to receive from
     */
    JournalStream stream(String name, Commits commits, JournalListener listener) throws IOException;
}
