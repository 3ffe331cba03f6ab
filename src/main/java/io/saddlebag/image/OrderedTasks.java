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

/**
 * A bounded row of tasks worked on in parallel, whose results are taken in order. Whoever takes a result that nobody has
 * begun to work on does the work itself: no executor, however small or busy, can make it wait for ever.
 */
final class OrderedTasks<T> {
    private final Executor executor;
    private final int limit;
    private final Deque<FutureTask<T>> tasks = new ArrayDeque<>();
    private volatile boolean closed;

    OrderedTasks(Executor executor, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("at least one task must be allowed, not " + limit);
        }
        this.executor = executor;
        this.limit = limit;
    }

    boolean hasRoom() {
        return tasks.size() < limit;
    }

    boolean isEmpty() {
        return tasks.isEmpty();
    }

    void submit(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(() -> {
            if (closed) {
                throw new IOException("closed before this was done");
            }
            return work.call();
        });
        tasks.add(task);
        start(executor, task);
    }

    static void start(Executor executor, Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            // recovered: the taker runs what nobody has begun
            return;
        }
    }

    /** The oldest task's result. */
    T take() throws IOException {
        FutureTask<T> task = tasks.remove();
        task.run();
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw rethrown(e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            // still running: close waits for it
            tasks.addFirst(task);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a frame");
        }
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
    void close() {
        closed = true;
        boolean interrupted = false;
        while (!tasks.isEmpty()) {
            FutureTask<T> task = tasks.element();
            task.run();
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
