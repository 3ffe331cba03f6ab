package io.saddlebag.database;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * How a server hands over a copy of itself through a connection (R12). It is in backup mode for as long as the connection lasts, and
 * nobody has to end that; a guard does as with {@link DatabaseWriter#abandon}. Thread-safe; keeps no state of its own between calls.
 *
 * <p>Failures are {@link io.saddlebag.fault.BackupException}s with a {@link DatabaseFault}.
 */
public interface DatabaseStream {
    /** Fact of a backup that was made so: {@link #METHOD}. */
    String METHOD_FACT = "method";

    /** What {@link #METHOD_FACT} is then. */
    String METHOD = "stream";

    /**
     * As {@link DatabaseWriter#prepare}: whether this server can do it here and now. Changes nothing.
     *
     * @param log takes what was found
     * @throws io.saddlebag.fault.BackupException {@link DatabaseFault#NOT_IN_ARCHIVE_MODE}, {@link DatabaseFault#NO_ONLINE_BACKUP}
     */
    void prepare(Consumer<String> log) throws IOException, InterruptedException;

    /**
     * Asks for the copy, and waits until the server begins to send it.
     *
     * @param id as in {@link DatabaseWriter#begin}
     * @param timeout of the engine's own work, and of each silence while it sends
     * @param log takes what the server says meanwhile
     * @throws io.saddlebag.fault.BackupException {@link DatabaseFault#BACKUP_MODE_FAILED}
     */
    StreamedCopy begin(String id, Duration timeout, Consumer<String> log) throws IOException, InterruptedException;
}
