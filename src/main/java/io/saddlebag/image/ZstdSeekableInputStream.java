package io.saddlebag.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The zstd layer being made: whoever reads it pulls the source, which is read by the same thread, while frames are
 * compressed in parallel (docs/formats/image.md). One thread at a time. A failure of the source or of a frame is final;
 * the stream then has no seek table. Closing waits for the frames that are being worked on, and closes the source.
 */
public final class ZstdSeekableInputStream extends InputStream {
    private static final int CHUNK_BYTES = 256 << 10;

    private final InputStream source;
    private final ZstdPolicy policy;
    private final ZstdFrame.Encoder encoder;
    private final OrderedTasks<ZstdFrame> tasks;
    private final SeekTable table;
    private final List<ZstdFrame> frames = new ArrayList<>();
    private final Deque<ZstdFrame> free = new ArrayDeque<>();
    private final byte[] chunk = new byte[CHUNK_BYTES];
    private final byte[] single = new byte[1];

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
        this.source = source;
        this.policy = policy;
        this.tasks = new OrderedTasks<>(executor, policy.framesInFlight());
        this.table = new SeekTable(policy.frameBytes());
    }

    @Override
    public int read() throws IOException {
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] b, int off, int len) throws IOException {
        Objects.checkFromIndexSize(off, len, b.length);
        if (failure != null) {
            throw failure;
        }
        int done = 0;
        try {
            while (done < len && (out.hasRemaining() || advance())) {
                int n = Math.min(len - done, out.remaining());
                out.get(b, off + done, n);
                done += n;
            }
        } catch (IOException e) {
            failure = e;
            throw e;
        }
        return done == 0 && len > 0 ? -1 : done;
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
            int n = source.read(chunk, 0, Math.min(chunk.length, plain.remaining()));
            if (n < 0) {
                sourceEnded = true;
            } else {
                plain.put(chunk, 0, n);
            }
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
