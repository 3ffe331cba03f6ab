package io.saddlebag.journal.stream;

import io.saddlebag.database.log.LogFault;
import io.saddlebag.database.log.LogServer;
import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.time.Duration;

/**
 * Sees to it that commits wait for the copy, where that was asked for: a server that doesn't know of it would lose what it
 * hasn't sent. One thread.
 */
public final class SynchronousMode {
    /** A server takes a receiver for synchronous only once that has caught up. */
    static final Duration GRACE = Duration.ofSeconds(10);

    private static final Duration EVERY = Duration.ofSeconds(5);

    private final LogServer server;
    private final boolean wanted;
    private long goodNanos;
    private long lookedNanos;

    private SynchronousMode(LogServer server, boolean wanted) {
        this.server = server;
        this.wanted = wanted;
    }

    /** Commits need not wait. */
    public static SynchronousMode off(LogServer server) {
        return new SynchronousMode(server, false);
    }

    /** Commits must wait: no loss. */
    public static SynchronousMode required(LogServer server) {
        return new SynchronousMode(server, true);
    }

    void begin(long nowNanos) {
        goodNanos = nowNanos;
        lookedNanos = nowNanos - EVERY.toNanos();
    }

    /** @throws BackupException {@link StreamFault#NOT_SYNCHRONOUS} when it hasn't been for a while */
    void check(StreamProgress progress, long nowNanos) throws IOException {
        if (!wanted || nowNanos - lookedNanos < EVERY.toNanos()) {
            return;
        }
        lookedNanos = nowNanos;
        String why;
        try {
            why = progress.connected() ? server.notSynchronous() : "the receiver isn't connected";
        } catch (BackupException e) {
            if (!e.is(LogFault.CONNECTION)) {
                throw e;
            }
            why = "the server doesn't answer";
        }
        if (why.isEmpty()) {
            goodNanos = nowNanos;
        } else if (nowNanos - goodNanos >= GRACE.toNanos()) {
            throw new BackupException(
                    StreamFault.NOT_SYNCHRONOUS,
                    "commits of database " + server.name() + " don't wait for the copy: " + why,
                    "Name the slot in synchronous_standby_names, and leave synchronous_commit on.");
        }
    }
}
