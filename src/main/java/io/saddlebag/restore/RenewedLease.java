package io.saddlebag.restore;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Renews a lease while work goes on that says nothing on the way, such as an engine that applies journals. A process that hangs doesn't
 * renew it either, so it still ends with its holder.
 */
public final class RenewedLease {
    private static final Duration EVERY = Duration.ofSeconds(1);

    private final ExecutorService workers;
    private final Renewal renewal;
    private final Duration every;
    private final CountDownLatch done = new CountDownLatch(1);

    RenewedLease(ExecutorService workers, Renewal renewal) {
        this(workers, renewal, EVERY);
    }

    /** @param workers with a thread to spare: one that never comes to it leaves the lease as it is */
    RenewedLease(ExecutorService workers, Renewal renewal, Duration every) {
        this.workers = workers;
        this.renewal = renewal;
        this.every = every;
    }

    /** Moves the deadline. */
    @FunctionalInterface
    interface Renewal {
        void renew() throws IOException;
    }

    /** What takes its time. */
    @FunctionalInterface
    public interface Work {
        void run() throws IOException, InterruptedException;
    }

    /**
     * Does the work on this thread, once. The lease is nobody else's until this returns. One that is lost meanwhile isn't told here: whoever
     * renews or ends it next is told.
     */
    void during(Work work) throws IOException, InterruptedException {
        Future<?> renewing = workers.submit(this::renewUntilDone);
        try {
            work.run();
        } finally {
            // waits for a renewal that is being made
            synchronized (this) {
                done.countDown();
            }
            renewing.cancel(false);
        }
    }

    private boolean renewUntilDone() throws InterruptedException {
        while (!done.await(every.toMillis(), TimeUnit.MILLISECONDS)) {
            if (!renewed()) {
                return false;
            }
        }
        return true;
    }

    private synchronized boolean renewed() {
        if (done.getCount() == 0) {
            return false;
        }
        try {
            renewal.renew();
            return true;
        } catch (IOException lost) {
            // it stays lost, and says so to its holder
            return false;
        }
    }
}
