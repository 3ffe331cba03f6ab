package io.saddlebag.lease.watchdog;

import io.saddlebag.lease.LeaseRecord;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Does the guard's writing on a thread of its own, in order. The lease folder may lie on the very file system that is
 * frozen: a write to it then hangs until the thaw, and the guard, who is to thaw it, must not hang with it.
 */
final class LeaseClerk implements AutoCloseable {
    /** A source that says more than this while it comes back is cut off in the log. */
    static final int MOST_LOG_LINES = 10_000;

    private static final int MOST_WAITING = 1_000;

    private final LeaseFolder folder;
    private final String id;
    private final Clock clock;
    private final AtomicInteger logged = new AtomicInteger();
    private final LinkedBlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>();
    private final ThreadPoolExecutor writer = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, waiting, task -> {
        Thread thread = new Thread(task, "lease-clerk");
        thread.setDaemon(true);
        return thread;
    });

    LeaseClerk(LeaseFolder folder, String id, Clock clock) {
        this.folder = folder;
        this.id = id;
        this.clock = clock;
    }

    /** How a record's writing ended. */
    enum Outcome {
        DURABLE,
        FAILED,
        /** Patience ended first; it may still become durable. */
        UNDECIDED
    }

    Outcome publish(LeaseRecord lease, Duration patience) throws InterruptedException {
        return await(submit(lease), patience);
    }

    /** For what is nice to have on disk, such as a later deadline: nobody waits for it. */
    void publishSometime(LeaseRecord lease) {
        if (waiting.size() < MOST_WAITING) {
            Future<?> unused = submit(lease);
        }
    }

    /** A record that says less than what happened is worse than none. */
    void retract(Duration patience) throws InterruptedException {
        await(
                writer.submit(() -> {
                    folder.deleteRecord(id);
                    return null;
                }),
                patience);
    }

    void log(String line) {
        int number = logged.incrementAndGet();
        if (number > MOST_LOG_LINES || waiting.size() >= MOST_WAITING) {
            return;
        }
        String stamped = clock.instant() + " " + line + "\n";
        writer.execute(() -> {
            try (Writer log =
                    Files.newBufferedWriter(folder.log(id), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                log.write(stamped);
            } catch (IOException unwritable) {
                // the log is for people; without it the source must come back all the same
                logged.set(MOST_LOG_LINES);
            }
        });
    }

    /** Waits a little for what is still to be written. */
    @Override
    public void close() {
        writer.shutdown();
        try {
            boolean unused = writer.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
    }

    private Future<?> submit(LeaseRecord lease) {
        return writer.submit(() -> {
            folder.publish(lease);
            return null;
        });
    }

    private static Outcome await(Future<?> writing, Duration patience) throws InterruptedException {
        try {
            writing.get(patience.toNanos(), TimeUnit.NANOSECONDS);
            return Outcome.DURABLE;
        } catch (ExecutionException failed) {
            return Outcome.FAILED;
        } catch (TimeoutException hangs) {
            return Outcome.UNDECIDED;
        }
    }
}
