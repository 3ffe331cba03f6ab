package io.saddlebag.lane;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Works on all lanes of an image at once (M28). All of them have to go well: when one fails, the others are stopped, and its
 * failure is the group's. Thread-safe; used once.
 */
public final class LaneGroup {
    /** Those that wait for somebody, and may be interrupted. */
    private final Set<Thread> waiting = new HashSet<>();

    private int running;
    private boolean stopped;
    private @Nullable Throwable failure;

    private LaneGroup() {}

    /**
     * Runs the task for each lane and returns when none runs any more.
     *
     * @param workers has a thread for each lane
     * @return the results, in the lanes' order
     * @throws InterruptedException when this thread was interrupted; the lanes were stopped
     */
    public static <T> List<T> run(Executor workers, int lanes, LaneTask<T> task)
            throws IOException, InterruptedException {
        LaneGroup group = new LaneGroup();
        return group.runAll(workers, lanes, task);
    }

    /**
     * Ends a lane's work when another lane has failed.
     *
     * @throws InterruptedIOException then
     */
    public synchronized void requireWell() throws InterruptedIOException {
        if (stopped) {
            throw new InterruptedIOException("another drive's part of the image failed");
        }
    }

    /** Waits for somebody outside, such as an operator; ended by an interrupt when another lane fails. */
    public <T> T outside(Wait<T> wait) throws IOException, InterruptedException {
        synchronized (this) {
            requireWell();
            waiting.add(Thread.currentThread());
        }
        try {
            return wait.call();
        } finally {
            synchronized (this) {
                waiting.remove(Thread.currentThread());
                if (stopped) {
                    Thread.interrupted(); // ours: the lane ends by its failure
                }
            }
        }
    }

    private <T> List<T> runAll(Executor workers, int lanes, LaneTask<T> task) throws IOException, InterruptedException {
        List<@Nullable T> results = new ArrayList<>();
        for (int i = 0; i < lanes; i++) {
            results.add(null);
        }
        synchronized (this) {
            running = lanes;
        }
        for (int i = 0; i < lanes; i++) {
            int lane = i;
            try {
                workers.execute(() -> runOne(lane, task, results));
            } catch (RuntimeException e) {
                ended(e);
            }
        }
        boolean interrupted = awaitAll();
        Throwable cause = failure;
        if (interrupted && cause == null) {
            throw new InterruptedException("stopped while several drives worked");
        }
        rethrow(cause);
        List<T> whole = new ArrayList<>();
        for (T result : results) {
            whole.add(Objects.requireNonNull(result));
        }
        return whole;
    }

    private <T> void runOne(int lane, LaneTask<T> task, List<@Nullable T> results) {
        try {
            requireWell();
            T result = task.run(lane, this);
            synchronized (this) {
                results.set(lane, result);
            }
            ended(null);
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            ended(e);
        }
    }

    private synchronized void ended(@Nullable Throwable how) {
        running--;
        if (how != null && failure == null && !stopped) {
            failure = how;
        } else if (how != null && failure != null && failure != how) {
            failure.addSuppressed(how);
        }
        if (how != null) {
            stop();
        }
        notifyAll();
    }

    private synchronized void stop() {
        stopped = true;
        waiting.forEach(Thread::interrupt);
        notifyAll();
    }

    /** Whoever wants us to stop still waits until no lane moves anything any more. */
    private synchronized boolean awaitAll() {
        boolean interrupted = false;
        while (running > 0) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
                stop();
            }
        }
        return interrupted;
    }

    private static void rethrow(@Nullable Throwable cause) throws IOException, InterruptedException {
        if (cause instanceof IOException e) {
            throw e;
        }
        if (cause instanceof InterruptedException e) {
            throw e;
        }
        if (cause instanceof RuntimeException e) {
            throw e;
        }
        if (cause instanceof Error e) {
            throw e;
        }
    }

    /** Waits for somebody. */
    @FunctionalInterface
    public interface Wait<T> {
        T call() throws IOException, InterruptedException;
    }
}
