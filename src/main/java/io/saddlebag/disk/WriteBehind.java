package io.saddlebag.disk;

import io.saddlebag.image.OrderedTasks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;

/**
 * Writes in the background, a few pieces behind its caller, who decompresses and checks meanwhile. Pieces that touch one another
 * are written in order. A write that failed is told by a later call, at the latest by {@link #sync}. One thread at a time; the
 * disk below is written by several at once, in different places. Memory: {@value #PIECES} MiB.
 */
public final class WriteBehind implements WritableDisk {
    /** Where a buffer begins that the disk below takes without copying it. */
    public static final int ALIGNMENT_BYTES = 4096;

    private static final int PIECES = 4;
    private static final int PIECE_BYTES = 1 << 20;

    private final WritableDisk disk;
    private final OrderedTasks<Piece> tasks;
    private final Deque<Piece> behind = new ArrayDeque<>();
    private final Deque<ByteBuffer> free = new ArrayDeque<>();

    private record Piece(long offsetBytes, ByteBuffer bytes) {
        boolean touches(long from, long to) {
            return from < offsetBytes + bytes.limit() && to > offsetBytes;
        }
    }

    /** @param executor writes; may be any */
    public WriteBehind(WritableDisk disk, Executor executor) {
        this.disk = disk;
        this.tasks = new OrderedTasks<>(executor, PIECES);
    }

    @Override
    public long sizeBytes() {
        return disk.sizeBytes();
    }

    @Override
    public void write(long offsetBytes, ByteBuffer bytes) throws IOException {
        long at = offsetBytes;
        while (bytes.hasRemaining()) {
            // the pieces of a long run begin at whole ones, wherever it begins
            int length = (int) Math.min(bytes.remaining(), PIECE_BYTES - at % PIECE_BYTES);
            awaitWrittenWhatTouches(at, at + length);
            if (!tasks.hasRoom()) {
                awaitOldest();
            }
            ByteBuffer copy = buffer().limit(length);
            copy.put(0, bytes, bytes.position(), length);
            bytes.position(bytes.position() + length);
            submit(new Piece(at, copy));
            at += length;
        }
    }

    private void submit(Piece piece) {
        behind.add(piece);
        tasks.submit(() -> {
            disk.write(piece.offsetBytes(), piece.bytes());
            return piece;
        });
    }

    private ByteBuffer buffer() {
        ByteBuffer pooled = free.poll();
        return pooled == null
                ? ByteBuffer.allocateDirect(PIECE_BYTES + ALIGNMENT_BYTES).alignedSlice(ALIGNMENT_BYTES)
                : pooled.clear();
    }

    @Override
    public void zero(long offsetBytes, long lengthBytes) throws IOException {
        awaitWrittenWhatTouches(offsetBytes, offsetBytes + lengthBytes);
        disk.zero(offsetBytes, lengthBytes);
    }

    private void awaitWrittenWhatTouches(long from, long to) throws IOException {
        while (behind.stream().anyMatch(piece -> piece.touches(from, to))) {
            awaitOldest();
        }
    }

    private void awaitOldest() throws IOException {
        Piece written = tasks.take();
        behind.remove();
        free.add(written.bytes());
    }

    @Override
    public void sync() throws IOException {
        while (!tasks.isEmpty()) {
            awaitOldest();
        }
        disk.sync();
    }

    @Override
    public void close() throws IOException {
        tasks.close();
        disk.close();
    }
}
