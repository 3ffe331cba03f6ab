package io.saddlebag.database.sqlite;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Processes that pin a database file. SQLite's locks belong to a process and are dropped when it closes the file, however it
 * had been opened: so who reads or clones the file must not be who pins it. Thread-safe.
 */
public interface Pins {
    /**
     * Starts a process that runs {@link PinProgram} for that file. It ends by itself when this process dies.
     *
     * @param id by which {@link #end} finds it
     */
    Pin start(Path file, String id, Duration timeout) throws IOException;

    /** Ends the process of that id, whoever started it; returns when it is gone. No effect when there is none. */
    void end(String id) throws IOException;

    /** One such process. One thread at a time. */
    interface Pin {
        /** What it says next, a line; null when it has ended. */
        @Nullable
        String answer() throws IOException;

        void ask(String line) throws IOException;

        /** Ends it, if it runs. */
        void end();
    }
}
