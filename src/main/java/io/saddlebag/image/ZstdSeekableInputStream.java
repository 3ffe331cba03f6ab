package io.saddlebag.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The zstd layer being made: whoever reads it pulls the source, which is read by the same thread, while frames are
 * compressed in parallel (docs/formats/image.md). One thread at a time. A failure of the source or of a frame is final;
 * the stream then has no seek table. Closing waits for the frames that are being worked on, and closes the source.
 */
public final class ZstdSeekableInputStream extends ByteStream {
    private final ByteInput source;
    private final ZstdPolicy policy;
    private final ZstdFrame.Encoder encoder;
    private final OrderedTasks<ZstdFrame> tasks;
    private final SeekTable table;
    private final List<ZstdFrame> frames = new ArrayList<>();
    private final Deque<ZstdFrame> free = new ArrayDeque<>();

    private @Nullable ZstdFrame current;
    private ByteBuffer out = ByteBuffer.allocate(0);
    private long number;
    private boolean sourceEnded;
    private boolean tableWritten;
    private boolean closed;
    private @Nullable IOException failure;

    /** @param executor any, also one that refuses: the reading thread then does the work */
    public ZstdSeekableInputStream(InputStream source, ZstdPolicy policy, Executor executor) {
        this(source, policy, executor, ZstdFrame.ZSTD);
    }

    ZstdSeekableInputStream(InputStream source, ZstdPolicy policy, Executor executor, ZstdFrame.Encoder encoder) {
        this.encoder = encoder;
        this.source = new ByteInput(source);
        this.policy = policy;
        this.tasks = new OrderedTasks<>(executor, policy.framesInFlight());
        this.table = new SeekTable(policy.frameBytes());
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        if (failure != null) {
            throw failure;
        }
        int from = into.position();
        try {
            while (into.hasRemaining() && (out.hasRemaining() || advance())) {
                int n = Math.min(into.remaining(), out.remaining());
                into.put(into.position(), out, out.position(), n).position(into.position() + n);
                out.position(out.position() + n);
            }
        } catch (IOException e) {
            failure = e;
            throw e;
        }
        int done = into.position() - from;
        return done == 0 && into.hasRemaining() ? -1 : done;
    }

    /** @return false at the end */
    private boolean advance() throws IOException {
        if (current != null) {
            free.add(current);
            current = null;
        }
        while (!sourceEnded && tasks.hasRoom()) {
            fillOne();
        }
        if (!tasks.isEmpty()) {
            ZstdFrame frame = tasks.take();
            table.add(frame.packed().remaining(), frame.plain().limit());
            current = frame;
            out = frame.packed();
            return true;
        }
        if (tableWritten) {
            return false;
        }
        tableWritten = true;
        out = table.encode();
        return out.hasRemaining();
    }

    private void fillOne() throws IOException {
        ZstdFrame frame = free.poll();
        if (frame == null) {
            frame = new ZstdFrame(policy, encoder);
            frames.add(frame);
        }
        ByteBuffer plain = frame.plain().clear();
        while (plain.hasRemaining() && !sourceEnded) {
            sourceEnded = source.read(plain) < 0;
        }
        if (plain.position() == 0) {
            free.add(frame);
            return;
        }
        ZstdFrame full = frame;
        long which = number++;
        tasks.submit(() -> full.compress(which));
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        if (failure == null) {
            failure = new IOException("the zstd layer is closed");
        }
        try (source) {
            tasks.close();
            frames.forEach(ZstdFrame::close);
        }
    }
}
