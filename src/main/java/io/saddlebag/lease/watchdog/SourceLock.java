package io.saddlebag.lease.watchdog;

import io.saddlebag.host.Waiter;
import io.saddlebag.lease.LeaseActions;
import io.saddlebag.lease.SourceReturner;
import io.saddlebag.lease.Watchdog;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The lock of a source, which the one guard has that may act on it. Between two attempts to bring the source back it is free for a new
 * holder, unless something is half done: a database that doesn't start on its files is to be restored again at once, and not when
 * this guard has given up. One thread.
 */
final class SourceLock implements AutoCloseable {
    private final LeaseFolder folder;
    private final SourceReturner returner;
    private final Waiter waiter;
    private LeaseFolder.@Nullable Held held;

    SourceLock(LeaseFolder folder, SourceReturner returner, Waiter waiter) {
        this.folder = folder;
        this.returner = returner;
        this.waiter = waiter;
    }

    /** @return false when another guard has it */
    boolean take(String source) throws IOException {
        held = folder.lockSource(source).orElse(null);
        return held != null;
    }

    /**
     * Pauses during which another guard may take the source over.
     *
     * @return a waiter that throws {@link TakenOver} when one did, and {@link Lost} when that can't be told
     */
    Waiter freeBetween(Watchdog.Action action, Consumer<String> log) {
        return new Waiter() {
            @Override
            public void await(Duration pause) throws InterruptedException {
                boolean free = isFree(action, log);
                if (free) {
                    close();
                }
                waiter.await(pause);
                if (free) {
                    takeBack(action);
                }
            }

            @Override
            public long nanos() {
                return waiter.nanos();
            }
        };
    }

    private boolean isFree(Watchdog.Action action, Consumer<String> log) {
        try {
            return held != null && returner.mayBeTakenOver(action);
        } catch (IOException | RuntimeException unknown) {
            log.accept("whether another lease may take the source over can't be told: " + unknown.getMessage());
            return false;
        }
    }

    private void takeBack(Watchdog.Action action) {
        try {
            if (!take(LeaseActions.source(action).orElseThrow())) {
                throw new TakenOver();
            }
        } catch (IOException unable) {
            // nobody may act on a source that it doesn't guard; the next start of a node tries again
            throw new Lost("the source's lock could not be taken back: " + unable.getMessage(), unable);
        }
    }

    @Override
    public void close() {
        LeaseFolder.Held mine = held;
        held = null;
        if (mine != null) {
            WatchdogLoop.close(mine);
        }
    }

    /** Another lease guards the source. */
    static final class TakenOver extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Who guards the source isn't known. */
    static final class Lost extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Lost(String what, IOException cause) {
            super(what, cause);
        }
    }
}
