package io.saddlebag.database;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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

    /** The file of a copy by which the server knows what the next one can be made on top of. */
    Path manifest();

    /**
     * Why the server can't send what changed since an earlier copy, as the end of a sentence; empty when it can, as far as it tells
     * before it is asked for the copy. Asked after {@link #prepare}.
     *
     * @param facts of the earlier copy's backup
     */
    Optional<String> wholeBecause(Map<String, String> facts) throws IOException;

    /** Keeps the {@link #manifest} of an earlier copy for {@link #begin}. */
    Earlier keep(InputStream manifest) throws IOException;

    /** A manifest that is kept. */
    interface Earlier extends Closeable {}

    /**
     * Asks for the copy, and waits until the server begins to send it.
     *
     * @param id as in {@link DatabaseWriter#begin}
     * @param earlier on top of which it is to be made, kept by this database; null for a copy of everything. When the server refuses
     *     that, everything is sent: see {@link StreamedCopy#wholeBecause}
     * @param timeout of the engine's own work, and of each silence while it sends
     * @param log takes what the server says meanwhile
     * @throws io.saddlebag.fault.BackupException {@link DatabaseFault#BACKUP_MODE_FAILED}
     */
    StreamedCopy begin(String id, @Nullable Earlier earlier, Duration timeout, Consumer<String> log)
            throws IOException, InterruptedException;
}
