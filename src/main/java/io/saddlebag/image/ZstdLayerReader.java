package io.saddlebag.image;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
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
 * Undoes the zstd layer: ours, or what any zstd tool wrote (RFC 8878). Frames that tell their length are decompressed in
 * parallel, others as they come. One thread at a time. A damaged or cut-off frame fails with an {@link ImageException}
 * after all frames before it have been handed out. Closing waits for the frames being worked on, and closes the source.
 */
public final class ZstdLayerReader extends InputStream {
    /** A longer frame is decompressed as it comes, so that memory stays bounded; decompressed bytes. */
    static final int MAX_WHOLE_FRAME_BYTES = 4 << 20;

    private static final int CHUNK_BYTES = 128 << 10;

    /** Whoever begins in the middle mostly wants little of it. */
    private static final int FRAMES_AHEAD_IN_THE_MIDDLE = 2;

    private final InputStream source;
    private final LayerInput in;
    private final OrderedTasks<ZstdPackedFrame> tasks;
    private final List<ZstdPackedFrame> frames = new ArrayList<>();
    private final Deque<ZstdPackedFrame> free = new ArrayDeque<>();
    private final SeekTableCheck seekTable;
    private final byte[] chunk = new byte[CHUNK_BYTES];
    private final byte[] single = new byte[1];

    private @Nullable ZstdPackedFrame current;
    private ByteBuffer out = ByteBuffer.allocate(0);
    private @Nullable LongFrame longFrame;
    private @Nullable IOException scanFailure;
    private @Nullable IOException failure;
    private long number;
    private boolean scanned;
    private boolean closed;

    /** A frame too long, or of unknown length, decompressed as it comes. */
    private static final class LongFrame {
        final InputStream plain;
        final long number;
        final long at;
        long plainBytes;

        LongFrame(InputStream plain, long number, long at) {
            this.plain = plain;
            this.number = number;
            this.at = at;
        }
    }

    /** @param executor any, also one that refuses: the reading thread then does the work */
    public ZstdLayerReader(InputStream source, Executor executor) {
        this(source, executor, SeekTableCheck.ofWholeLayer(), ZstdPolicy.defaultFramesInFlight());
    }

    private ZstdLayerReader(InputStream source, Executor executor, SeekTableCheck seekTable, int framesInFlight) {
        this.source = source;
        this.seekTable = seekTable;
        this.in = new LayerInput(source, Layers.ZSTD);
        this.tasks = new OrderedTasks<>(executor, framesInFlight);
    }

    /** @param source begins with any frame of the layer */
    static ZstdLayerReader inTheMiddle(InputStream source, Executor executor) {
        return new ZstdLayerReader(source, executor, SeekTableCheck.fromTheMiddle(), FRAMES_AHEAD_IN_THE_MIDDLE);
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
            while (done < len) {
                int n = step(b, off + done, len - done);
                if (n < 0) {
                    return done == 0 ? -1 : done;
                }
                done += n;
            }
        } catch (IOException e) {
            failure = e;
            if (done == 0) {
                throw e;
            }
            // what came before the damage is handed out first
        }
        return done;
    }

    private int step(byte[] b, int off, int len) throws IOException {
        if (out.hasRemaining()) {
            int n = Math.min(len, out.remaining());
            out.get(b, off, n);
            return n;
        }
        if (current != null) {
            free.add(current);
            current = null;
        }
        while (!scanned && longFrame == null && tasks.hasRoom()) {
            scan();
        }
        if (!tasks.isEmpty()) {
            current = tasks.take();
            out = current.plain();
            return 0;
        }
        if (longFrame != null) {
            return readLong(longFrame, b, off, len);
        }
        if (scanFailure != null) {
            throw scanFailure;
        }
        return -1;
    }

    /** Finds the next frame. A failure waits until the frames before it have been handed out. */
    private void scan() {
        try {
            scanFrame();
        } catch (IOException e) {
            scanFailure = e;
            scanned = true;
        }
    }

    private void scanFrame() throws IOException {
        long at = in.offset();
        long magic = in.magicOrEnd();
        if (magic < 0) {
            scanned = true;
        } else if (ZstdFrameHeader.isSkippable((int) magic)) {
            seekTable.read(in, in.number(4), chunk);
        } else if ((int) magic == ZstdFrameHeader.MAGIC) {
            ZstdFrameHeader header = ZstdFrameHeader.read(in);
            ZstdFrameBytes bytes = new ZstdFrameBytes(in, header);
            long which = number++;
            if (header.contentBytes() < 0 || header.contentBytes() > MAX_WHOLE_FRAME_BYTES) {
                longFrame = new LongFrame(new ZstdInputStreamNoFinalizer(bytes), which, at);
            } else {
                submit(header, bytes, which, at);
            }
        } else {
            throw in.damaged("goes on with something that is no frame");
        }
    }

    private void submit(ZstdFrameHeader header, InputStream bytes, long which, long at) throws IOException {
        ZstdPackedFrame frame = free.poll();
        if (frame == null) {
            frame = new ZstdPackedFrame();
            frames.add(frame);
        }
        int contentBytes = (int) header.contentBytes();
        ZstdPackedFrame filled = frame;
        try {
            filled.fill(in, bytes, contentBytes, chunk);
        } catch (IOException e) {
            free.add(filled);
            throw e;
        }
        seekTable.add(in.offset() - at, contentBytes);
        tasks.submit(() -> filled.decompress(which, at));
    }

    private int readLong(LongFrame frame, byte[] b, int off, int len) throws IOException {
        try {
            int n = frame.plain.read(b, off, len);
            if (n >= 0) {
                frame.plainBytes += n;
                return n;
            }
        } catch (ZstdIOException e) {
            throw ZstdPackedFrame.damaged(frame.number, frame.at, e);
        }
        seekTable.add(in.offset() - frame.at, frame.plainBytes);
        longFrame = null;
        frame.plain.close();
        return 0;
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
            frames.forEach(ZstdPackedFrame::close);
            if (longFrame != null) {
                longFrame.plain.close();
            }
        }
    }
}
