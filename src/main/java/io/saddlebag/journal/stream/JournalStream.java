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
 * A log being received in the background (J19), and what is to be known of it. {@link #start}, {@link #check} and {@link #stop} are for
 * one thread, which is not the one that receives; {@link #progress} is for any.
 */
public final class JournalStream {
    /** What the receiver gets for its last flush. */
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    private final LogReceiver receiver;
    private final ExecutorService threads;
    private final SynchronousMode mode;
    private final Waiter waiter;
    private volatile boolean stopped;
    private @Nullable Future<?> running;

    /** @param threads one of which receives, for as long as it goes on */
    public JournalStream(LogReceiver receiver, SynchronousMode mode, ExecutorService threads, Waiter waiter) {
        this.receiver = receiver;
        this.mode = mode;
        this.threads = threads;
        this.waiter = waiter;
    }

    /** No effect while it receives; again after it failed. */
    public void start() {
        Future<?> now = running;
        if (now != null && !now.isDone()) {
            return;
        }
        stopped = false;
        mode.begin(waiter.nanos());
        running = threads.submit(() -> {
            receiver.run(() -> stopped);
            return null;
        });
    }

    public StreamProgress progress() {
        return receiver.progress();
    }

    /**
     * Whether all is as it should be.
     *
     * @throws IOException what ended the receiver, once: {@link #start} begins anew; or {@link StreamFault#NOT_SYNCHRONOUS}, when it goes on
     *     receiving
     */
    public void check() throws IOException, InterruptedException {
        Future<?> now = running;
        if (now != null && now.isDone()) {
            running = null;
            outcome(now, Duration.ZERO);
        }
        mode.check(receiver.progress(), waiter.nanos());
    }

    /** What has arrived is durable on return. */
    public void stop() throws IOException, InterruptedException {
        stopped = true;
        Future<?> now = running;
        running = null;
        if (now != null) {
            outcome(now, STOP_LIMIT);
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
