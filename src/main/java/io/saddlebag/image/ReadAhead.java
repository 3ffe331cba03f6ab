package io.saddlebag.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Reads a source ahead of its reader into a few buffers, so that reading and hashing overlap with writing. Failures of
 * the source arrive behind the bytes before them. One reader at a time. No thread is held while the buffers are full, and
 * when the executor has none to spare, the reader fills them itself.
 *
 * <p>Closing waits for the one read of the source that may be under way, then closes the source.
 */
public final class ReadAhead extends ByteStream {
    public static final int DEFAULT_BUFFERS = 8;
    public static final int DEFAULT_BUFFER_BYTES = 1 << 20;

    private final ByteInput source;
    private final Executor executor;
    private final Object lock = new Object();

    // guarded by lock
    private final Deque<Buffer> free = new ArrayDeque<>();
    private final Deque<Buffer> full = new ArrayDeque<>();
    private @Nullable FutureTask<Void> filling;
    private @Nullable Throwable failure;
    private boolean ended;
    private volatile boolean closed;
    private volatile @Nullable Thread helper;

    // the reader's
    private @Nullable Buffer current;

    private static final class Buffer {
        final ByteBuffer bytes;

        Buffer(int bytes) {
            this.bytes = ByteBuffer.allocateDirect(bytes);
        }
    }

    public ReadAhead(InputStream source, Executor executor) {
        this(source, executor, DEFAULT_BUFFERS, DEFAULT_BUFFER_BYTES);
    }

    public ReadAhead(InputStream source, Executor executor, int buffers, int bufferBytes) {
        if (buffers < 1 || bufferBytes < 1) {
            throw new IllegalArgumentException("no reading ahead with " + buffers + " buffers of " + bufferBytes);
        }
        this.source = new ByteInput(source);
        this.executor = executor;
        for (int i = 0; i < buffers; i++) {
            free.add(new Buffer(bufferBytes));
        }
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int from = into.position();
        while (into.hasRemaining()) {
            Buffer buffer = current;
            if (buffer == null) {
                // what is there is handed out before anything is waited for
                buffer = into.position() == from ? await() : poll();
                if (buffer == null) {
                    return into.position() == from ? -1 : into.position() - from;
                }
                current = buffer;
            }
            ByteBuffer bytes = buffer.bytes;
            int n = Math.min(into.remaining(), bytes.remaining());
            into.put(into.position(), bytes, bytes.position(), n).position(into.position() + n);
            bytes.position(bytes.position() + n);
            if (!bytes.hasRemaining()) {
                current = null;
                release(buffer);
            }
        }
        return into.position() - from;
    }

    private @Nullable Buffer poll() {
        synchronized (lock) {
            return full.poll();
        }
    }

    private void release(Buffer buffer) {
        FutureTask<Void> task;
        synchronized (lock) {
            free.add(buffer);
            task = needsFilling() ? newTask() : null;
        }
        if (task != null) {
            OrderedTasks.start(executor, task);
        }
    }

    /** The next buffer; null at the end. */
    private @Nullable Buffer await() throws IOException {
        while (true) {
            FutureTask<Void> task;
            boolean created = false;
            synchronized (lock) {
                if (closed) {
                    throw new IOException("the read-ahead is closed");
                }
                Buffer buffer = full.poll();
                if (buffer != null) {
                    return buffer;
                }
                if (failure != null) {
                    throw OrderedTasks.rethrown(failure);
                }
                if (ended) {
                    return null;
                }
                created = needsFilling();
                task = created ? newTask() : filling;
            }
            if (created && task != null) {
                OrderedTasks.start(executor, task);
            }
            waitFor(task);
        }
    }

    private void waitFor(@Nullable FutureTask<Void> task) throws IOException {
        if (task != null) {
            // does nothing when somebody has begun it
            helper = Thread.currentThread();
            task.run();
            helper = null;
        }
        synchronized (lock) {
            try {
                while (full.isEmpty() && !ended && failure == null && filling != null) {
                    lock.wait();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while waiting for the source");
            }
        }
    }

    private boolean needsFilling() {
        return filling == null && !ended && failure == null && !closed && !free.isEmpty();
    }

    private FutureTask<Void> newTask() {
        FutureTask<Void> task = new FutureTask<>(this::fill, null);
        filling = task;
        return task;
    }

    /** Fills free buffers until there are none; the reader itself fills one, and goes on with that. */
    private void fill() {
        Buffer buffer = nextFree();
        while (buffer != null) {
            Throwable thrown = null;
            boolean more = true;
            try {
                more = fill(buffer);
            } catch (Throwable e) {
                // whatever it is, it is the reader's to know
                thrown = e;
            }
            buffer = offer(buffer, more, thrown);
        }
    }

    /** @return false at the source's end */
    private boolean fill(Buffer buffer) throws IOException {
        while (buffer.bytes.hasRemaining() && !closed) {
            if (source.read(buffer.bytes) < 0) {
                return false;
            }
        }
        return true;
    }

    private @Nullable Buffer offer(Buffer buffer, boolean more, @Nullable Throwable thrown) {
        synchronized (lock) {
            buffer.bytes.flip();
            if (buffer.bytes.hasRemaining()) {
                full.add(buffer);
            }
            ended |= !more;
            failure = thrown == null ? failure : thrown;
            lock.notifyAll();
            if (Thread.currentThread().equals(helper)) {
                filling = null;
                return null;
            }
            return nextFree();
        }
    }

    private @Nullable Buffer nextFree() {
        synchronized (lock) {
            Buffer buffer = ended || failure != null || closed ? null : free.poll();
            if (buffer == null) {
                filling = null;
                lock.notifyAll();
            } else {
                buffer.bytes.clear();
            }
            return buffer;
        }
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public void close() throws IOException {
        FutureTask<Void> task;
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            task = filling;
        }
        if (task != null) {
            task.run();
        }
        boolean interrupted = false;
        synchronized (lock) {
            while (filling != null) {
                try {
                    lock.wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        source.close();
    }
}
