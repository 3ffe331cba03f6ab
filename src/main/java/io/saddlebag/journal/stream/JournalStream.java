package io.saddlebag.journal.stream;

import io.saddlebag.host.Waiter;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A log being received in the background (J19), and what is to be known of it. Thread-safe; {@link #check} and
 * {@link #stop} wait for each other.
 */
public final class JournalStream {
    /** What the receiver gets for its last flush. */
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    private final LogReceiver receiver;
    private final ExecutorService threads;
    private final SynchronousMode mode;
    private final StreamWatch watch;
    private final Waiter waiter;
    private final Duration stopLimit;
    private volatile boolean stopped;
    private @Nullable Future<?> running;
    private @Nullable Future<?> watching;

    /** @param threads one of which receives and one watches, for as long as it goes on */
    public JournalStream(
            LogReceiver receiver, StreamWatch watch, SynchronousMode mode, ExecutorService threads, Waiter waiter) {
        this(receiver, watch, mode, threads, waiter, STOP_LIMIT);
    }

    /** @param stopLimit for what was told to stop */
    JournalStream(
            LogReceiver receiver,
            StreamWatch watch,
            SynchronousMode mode,
            ExecutorService threads,
            Waiter waiter,
            Duration stopLimit) {
        this.receiver = receiver;
        this.stopLimit = stopLimit;
        this.mode = mode;
        this.watch = watch;
        this.threads = threads;
        this.waiter = waiter;
    }

    /**
     * No effect while it receives, nor when it has failed and {@link #check} hasn't told that yet. What didn't stop in time has to end before: two
     * that receive would write to one folder.
     */
    public synchronized void start() {
        if (running != null) {
            return;
        }
        stopped = false;
        Future<?> watched = watching;
        if (watched == null || watched.isDone()) {
            watching = threads.submit(() -> {
                watch.run(() -> stopped, receiver::segments);
                return null;
            });
        }
        mode.begin(waiter.nanos());
        running = threads.submit(() -> {
            receiver.run(() -> stopped);
            return null;
        });
    }

    /** What is wrong although nothing failed (J27), in words; empty for nothing. */
    public String problem() {
        return watch.problem();
    }

    public StreamProgress progress() {
        return receiver.progress();
    }

    /**
     * Whether all is as it should be.
     *
     * @throws IOException what ended the receiver, once: {@link #start} begins anew; or {@link StreamFault#NOT_SYNCHRONOUS}, when it goes on
     *     receiving; or that what was told to stop hasn't ended
     */
    public synchronized void check() throws IOException, InterruptedException {
        Future<?> now = running;
        if (now != null && now.isDone()) {
            running = null;
            outcome(now, Duration.ZERO);
        } else if (now != null && stopped) {
            throw new IOException("what was told to stop is still receiving; nothing new is received before it ends");
        }
        mode.check(receiver.progress(), waiter.nanos());
    }

    /** What has arrived is durable on return. */
    public synchronized void stop() throws IOException, InterruptedException {
        stopped = true;
        Future<?> now = running;
        if (now != null) {
            try {
                outcome(now, stopLimit);
            } finally {
                running = now.isDone() ? null : now;
            }
        }
    }

    private static void outcome(Future<?> done, Duration limit) throws IOException, InterruptedException {
        try {
            done.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw new IllegalStateException("receiving failed", e.getCause());
        } catch (CancellationException e) {
            throw new IOException("receiving was cancelled", e);
        } catch (TimeoutException e) {
            throw new IOException("receiving didn't end within " + limit.toSeconds() + " s", e);
        }
    }
}
