package io.saddlebag.database;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A restored copy of a database, run as another instance of its engine for as long as it takes to look at it (R14). It can't
 * reach the original (W24): it has its own socket and no port, archives nothing, replicates nothing, reads nothing of the
 * original's configuration, and no link leads out of it. Its files are changed by that and of no further use.
 *
 * <p>Keeps no state: any process with the same configuration and place may {@link #stop} what another one started. Failures are
 * {@link io.saddlebag.fault.BackupException}s with a {@link CopyFault} or a {@link DatabaseFault}.
 */
public interface DatabaseCopy {
    /**
     * Starts the copy; returns when it accepts connections at its own socket.
     *
     * @throws io.saddlebag.fault.BackupException {@link CopyFault#NOT_FENCED}, {@link CopyFault#NOT_A_COPY},
     *     {@link CopyFault#NOT_REACHABLE}; {@link DatabaseFault#START_FAILED} when the engine refuses the files
     */
    void start(Duration timeout, Consumer<String> log) throws IOException, InterruptedException;

    /**
     * How journals are applied to it when it is started (R8); the start then takes as long as that, and returns at the end. Empty when the
     * engine can't do that beside the original. Nothing of it gets into the original's incarnations or archive.
     */
    default Optional<DatabaseRecovery> recovery() {
        return Optional.empty();
    }

    /**
     * Reads all of the started copy and has the engine check it by its own means.
     *
     * @return what was checked, a sentence each
     * @throws io.saddlebag.fault.BackupException {@link CopyFault#DAMAGED} naming the first damage, or that time was up
     */
    List<String> check(Duration timeout) throws IOException, InterruptedException;

    /**
     * Ends whatever runs in the copy, as a crash would if need be. Idempotent; no effect when nothing runs, or was ever there.
     *
     * @throws io.saddlebag.fault.BackupException {@link CopyFault#DOES_NOT_END}
     */
    void stop(Duration timeout, Consumer<String> log) throws IOException, InterruptedException;
}
