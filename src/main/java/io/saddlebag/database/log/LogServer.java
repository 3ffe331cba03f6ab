package io.saddlebag.database.log;

import java.io.IOException;
import java.util.Optional;

/** A server that hands out its log while it writes it. Thread-safe; each call has a limit of its own. */
public interface LogServer {
    /** The database's configured name. */
    String name();

    /** @throws io.saddlebag.fault.BackupException {@link LogFault#CONNECTION} when it can't be had now */
    LogConnection connect() throws IOException;

    /** So far the log is durable at the server. */
    long position() throws IOException;

    /**
     * Has the server write something to its log that isn't there twice (J27).
     *
     * @param token letters, digits and hyphens
     * @return where it is; empty for a server that only follows another one, and writes nothing
     */
    Optional<LogMark> mark(String token) throws IOException;

    /** Whether commits at the server wait for what the receiver of this name reports; empty text for yes, else why not. */
    String notSynchronous() throws IOException;

    /** What the server keeps for us, without a connection for replication. */
    SlotState slot() throws IOException;
}
