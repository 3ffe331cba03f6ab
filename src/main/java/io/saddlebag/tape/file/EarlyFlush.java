package io.saddlebag.tape.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Lets the disk work while a tape is still being written, so that the synchronisation at its filemark has little left to
 * do. It promises nothing: durable is what {@link TapFile#force} made durable. But a failure is never lost, for the system
 * reports it only once: the next call of the writer throws it.
 */
final class EarlyFlush {
    /** Appended bytes after which a flush begins: some tens of milliseconds of a fast disk. */
    static final long EVERY_BYTES = 64L << 20;

    private final FileChannel channel;
    private final @Nullable Executor executor;
    private final long everyBytes;
    private long unflushedBytes;
    private @Nullable FutureTask<@Nullable Void> running;

    /** @param executor null: nothing is flushed early */
    EarlyFlush(FileChannel channel, @Nullable Executor executor, long everyBytes) {
        this.channel = channel;
        this.executor = executor;
        this.everyBytes = everyBytes;
    }

    /** @throws IOException what an earlier flush failed with */
    void appended(long bytes) throws IOException {
        unflushedBytes += bytes;
        if (running != null && running.isDone()) {
            settle();
        }
        if (executor != null && running == null && unflushedBytes >= everyBytes) {
            unflushedBytes = 0;
            FutureTask<@Nullable Void> task = new FutureTask<>(() -> {
                channel.force(false);
                return null;
            });
            running = task;
            try {
                executor.execute(task);
            } catch (RejectedExecutionException e) {
                // recovered: the filemark's synchronisation has more to do
                running = null;
            }
        }
    }

    /**
     * Returns when none is under way; one that nobody has begun is done here.
     *
     * @throws IOException what it failed with
     */
    void settle() throws IOException {
        FutureTask<@Nullable Void> task = running;
        if (task == null) {
            return;
        }
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    // does nothing when somebody has begun it
                    task.run();
                    Object unused = task.get();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw new IOException("an early flush failed: " + e.getMessage(), e.getCause());
                }
            }
        } finally {
            running = null;
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** All so far is durable. */
    void flushed() {
        unflushedBytes = 0;
    }

    /** Like {@link #settle()}, where all that was not synchronised is given up anyway. */
    void abandon() {
        unflushedBytes = 0;
        try {
            settle();
        } catch (IOException e) {
            // what it was to flush is being cut off, or the tape is closed without a promise
            unflushedBytes = 0;
        }
    }
}
