package io.saddlebag.image;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A bounded row of tasks, whose results are taken in order. As many are worked on at a time as there are processors, by
 * workers who go on from one task to the next: more would only push each other out of the caches. Whoever takes a result that nobody has
 * begun to work on does the work itself: no executor, however small or busy, can make it wait for ever.
 */
public final class OrderedTasks<T> {
    private final Executor executor;
    private final int limit;
    private final int mostWorkers;
    private final Deque<FutureTask<T>> tasks = new ArrayDeque<>();
    private final Object lock = new Object();
    // guarded by lock
    private final Deque<FutureTask<T>> waiting = new ArrayDeque<>();
    private int workers;
    private volatile boolean closed;

    /** @param limit the most tasks in the row */
    public OrderedTasks(Executor executor, int limit) {
        this(executor, limit, Runtime.getRuntime().availableProcessors());
    }

    OrderedTasks(Executor executor, int limit, int mostWorkers) {
        if (limit < 1) {
            throw new IllegalArgumentException("at least one task must be allowed, not " + limit);
        }
        this.executor = executor;
        this.limit = limit;
        this.mostWorkers = mostWorkers;
    }

    public boolean hasRoom() {
        return tasks.size() < limit;
    }

    public boolean isEmpty() {
        return tasks.isEmpty();
    }

    public void submit(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(() -> {
            if (closed) {
                throw new IOException("closed before this was done");
            }
            return work.call();
        });
        tasks.add(task);
        boolean needsWorker;
        synchronized (lock) {
            waiting.add(task);
            needsWorker = workers < mostWorkers;
            workers += needsWorker ? 1 : 0;
        }
        if (needsWorker && !start(executor, this::work)) {
            synchronized (lock) {
                workers--;
            }
        }
    }

    private void work() {
        for (FutureTask<T> task = nextWaiting(); task != null; task = nextWaiting()) {
            // does nothing when its taker has begun it
            task.run();
        }
    }

    private @Nullable FutureTask<T> nextWaiting() {
        synchronized (lock) {
            FutureTask<T> task = waiting.poll();
            workers -= task == null ? 1 : 0;
            return task;
        }
    }

    /** Whether the executor took it; if not, the taker runs what nobody has begun. */
    static boolean start(Executor executor, Runnable task) {
        try {
            executor.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    /** The oldest task's result. */
    public T take() throws IOException {
        FutureTask<T> task = tasks.remove();
        runHere(task);
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw rethrown(e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            // still running: close waits for it
            tasks.addFirst(task);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a worker");
        }
    }

    /** Does nothing when a worker has begun it. */
    private void runHere(FutureTask<T> task) {
        synchronized (lock) {
            waiting.remove(task);
        }
        task.run();
    }

    static IOException rethrown(Throwable cause) {
        if (cause instanceof IOException io) {
            return io;
        }
        if (cause instanceof RuntimeException runtime) {
            throw runtime;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return new IOException(cause);
    }

    /** Those not begun never begin; returns when none runs any more. */
    public void close() {
        closed = true;
        boolean interrupted = false;
        while (!tasks.isEmpty()) {
            FutureTask<T> task = tasks.element();
            runHere(task);
            try {
                task.get();
                tasks.remove();
            } catch (ExecutionException e) {
                // nobody wants the result any more
                tasks.remove();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
