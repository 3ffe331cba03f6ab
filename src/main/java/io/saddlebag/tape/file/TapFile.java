package io.saddlebag.tape.file;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * An open tape file: objects in order, appended at the end, found again by walking over lengths.
 *
 * <p>What can't be a whole object at the very end of the file is a torn tail: it reads as the end of data, and the next
 * write cuts it off. The same before {@code guaranteedBytes} is damage, and so is a block whose two lengths differ: both
 * throw {@link DamagedException}, so that a damaged tape is never taken for a short one.
 */
final class TapFile implements Closeable {
    private static final int WINDOW_BYTES = 4096;

    private final FileChannel channel;
    private final EarlyFlush flush;
    private final Checkpoints checkpoints = new Checkpoints();
    private final ByteBuffer window = littleEndian(WINDOW_BYTES).limit(0);
    private final ByteBuffer head = littleEndian(TapFormat.MARK_BYTES);
    /** Padding, the second length, and when reading the word after it. */
    private final ByteBuffer tail = littleEndian(1 + 2 * TapFormat.MARK_BYTES);

    private long windowAtBytes;
    private long sizeBytes;
    private long guaranteedBytes;
    /** The last place known; all before it has been walked over. */
    private Cursor frontier = Cursor.BEGINNING;

    /** The tape's content is not what was written to it. */
    static final class DamagedException extends IOException {
        private static final long serialVersionUID = 1L;

        DamagedException(String message) {
            super(message);
        }
    }

    /** An object, or the end: {@code atBytes} is where it begins, behind any gap. */
    record Next(TapFormat.Kind kind, int blockBytes, long atBytes) {}

    TapFile(FileChannel channel, EarlyFlush flush, long guaranteedBytes) throws IOException {
        this.channel = channel;
        this.flush = flush;
        this.guaranteedBytes = guaranteedBytes;
        this.sizeBytes = channel.size();
    }

    private Next next(TapFormat.Kind kind, int word, long at) throws IOException {
        return switch (kind) {
            case FILEMARK -> new Next(kind, 0, at);
            case BLOCK, BAD_BLOCK -> {
                int blockBytes = TapFormat.blockBytes(word);
                boolean torn = at + TapFormat.recordBytes(blockBytes) > sizeBytes;
                yield torn ? end(at) : new Next(kind, blockBytes, at);
            }
            case END, GAP, FOREIGN -> end(at);
        };
    }

    /** What begins at a place: a block (only its first length was looked at), a filemark, or the end. */
    Next next(Cursor cursor) throws IOException {
        long at = cursor.offsetBytes();
        while (at + TapFormat.MARK_BYTES <= sizeBytes) {
            int word = word(at);
            TapFormat.Kind kind = TapFormat.kind(word);
            if (kind == TapFormat.Kind.FOREIGN) {
                throw new DamagedException("byte " + at + " begins neither a block nor a filemark");
            }
            if (kind != TapFormat.Kind.GAP) {
                return next(kind, word, at);
            }
            at += TapFormat.MARK_BYTES;
        }
        return end(at);
    }

    /** The place behind an object. */
    Cursor behind(Cursor cursor, Next next) {
        Cursor after = next.kind() == TapFormat.Kind.FILEMARK
                ? cursor.behindFilemark(next.atBytes())
                : cursor.behindBlock(next.atBytes(), next.blockBytes());
        if (after.object() == frontier.object() + 1) {
            frontier = after;
            checkpoints.pass(after);
        }
        return after;
    }

    /** Reads a block's data and checks its second length; one call to the system. */
    void read(Next block, ByteBuffer into) throws IOException {
        int limit = into.limit();
        long dataAt = block.atBytes() + TapFormat.MARK_BYTES;
        int padding = block.blockBytes() & 1;
        tail.clear().limit(padding + TapFormat.MARK_BYTES);
        long needed = (long) block.blockBytes() + tail.limit();
        if (dataAt + needed + TapFormat.MARK_BYTES <= sizeBytes) {
            tail.limit(tail.limit() + TapFormat.MARK_BYTES);
        }
        into.limit(into.position() + block.blockBytes());
        try {
            channel.position(dataAt);
            ByteBuffer[] parts = {into, tail};
            while (tail.hasRemaining()) {
                if (channel.read(parts) < 0) {
                    throw new EOFException("the file became shorter while it was read");
                }
            }
        } finally {
            into.limit(limit);
        }
        tail.flip().position(padding);
        requireSame(block, tail.getInt());
        if (tail.hasRemaining()) {
            window.clear();
            window.put(tail).flip();
            windowAtBytes = dataAt + needed;
        }
    }

    /** The place before an object; null when the tape ends before that. */
    @Nullable
    Cursor before(long object) throws IOException {
        Cursor cursor = object >= frontier.object() ? frontier : checkpoints.before(object);
        while (cursor != null && cursor.object() < object) {
            cursor = step(cursor);
        }
        return cursor;
    }

    /** The place behind a filemark, counted from 1 at the beginning; null when there are fewer. */
    @Nullable
    Cursor behindFilemark(long number) throws IOException {
        Cursor cursor = frontier.filemarks() < number ? frontier : checkpoints.beforeFilemark(number);
        while (cursor != null && cursor.filemarks() < number) {
            cursor = step(cursor);
        }
        return cursor;
    }

    Cursor end() throws IOException {
        Cursor cursor = frontier;
        for (Cursor next = step(cursor); next != null; next = step(cursor)) {
            cursor = next;
        }
        return cursor;
    }

    boolean hasMoreBehind(Cursor cursor) {
        return bytesBehind(cursor) > 0;
    }

    long bytesBehind(Cursor cursor) {
        return sizeBytes - cursor.offsetBytes();
    }

    /**
     * Ends the tape at a place, durably. Were the cut not durable before the first new byte, a crash could leave the
     * new data followed by the old, for the file's length and its content reach the disk in any order.
     */
    void cut(Cursor end) throws IOException {
        flush.settle();
        channel.truncate(end.offsetBytes());
        channel.force(true);
        flush.flushed();
        sizeBytes = end.offsetBytes();
        guaranteedBytes = Math.min(guaranteedBytes, sizeBytes);
        if (frontier.object() > end.object()) {
            frontier = end;
        }
        checkpoints.cut(end);
        window.limit(0);
    }

    /** Appends at the end, with one gathering write straight from the caller's buffer. */
    Cursor append(Cursor end, ByteBuffer block) throws IOException {
        int blockBytes = block.remaining();
        head.clear().putInt(0, blockBytes);
        tail.clear();
        if ((blockBytes & 1) == 1) {
            tail.put((byte) 0);
        }
        tail.putInt(blockBytes).flip();
        write(end, new ByteBuffer[] {head, block, tail});
        Next written = new Next(TapFormat.Kind.BLOCK, blockBytes, end.offsetBytes());
        Cursor after = behind(end, written);
        flush.appended(TapFormat.recordBytes(blockBytes));
        return after;
    }

    Cursor appendFilemark(Cursor end) throws IOException {
        tail.clear();
        write(end, new ByteBuffer[] {tail.putInt(0).flip()});
        return behind(end, new Next(TapFormat.Kind.FILEMARK, 0, end.offsetBytes()));
    }

    /** Makes all that was appended durable; the length too, since without it the data is not readable. */
    void force() throws IOException {
        flush.settle();
        channel.force(false);
        flush.flushed();
    }

    /** All that was not made durable is about to be cut off: its failures don't matter any more. */
    void giveUpUnforced() {
        flush.abandon();
    }

    @Override
    public void close() throws IOException {
        flush.abandon();
        channel.close();
    }

    private void write(Cursor end, ByteBuffer[] parts) throws IOException {
        window.limit(0);
        channel.position(end.offsetBytes());
        ByteBuffer last = parts[parts.length - 1];
        while (last.hasRemaining()) {
            if (channel.write(parts) == 0) {
                throw new IOException("the file takes no more");
            }
        }
        sizeBytes = channel.position();
    }

    private Next end(long at) throws DamagedException {
        if (at < guaranteedBytes) {
            throw new DamagedException("the tape ends at byte " + at + ", but was " + guaranteedBytes
                    + " bytes long when it was last unloaded");
        }
        return new Next(TapFormat.Kind.END, 0, at);
    }

    /** The place behind the next object; null at the end. */
    private @Nullable Cursor step(Cursor cursor) throws IOException {
        Next next = next(cursor);
        if (next.kind() == TapFormat.Kind.END) {
            return null;
        }
        if (next.kind() != TapFormat.Kind.FILEMARK) {
            long padded = (long) next.blockBytes() + (next.blockBytes() & 1);
            requireSame(next, word(next.atBytes() + TapFormat.MARK_BYTES + padded));
        }
        return behind(cursor, next);
    }

    private static void requireSame(Next block, int secondLength) throws DamagedException {
        if (TapFormat.blockBytes(secondLength) != block.blockBytes()) {
            throw new DamagedException("the block at byte " + block.atBytes() + " begins with the length "
                    + block.blockBytes() + " and ends with " + TapFormat.blockBytes(secondLength));
        }
    }

    private int word(long atBytes) throws IOException {
        long within = atBytes - windowAtBytes;
        if (within < 0 || within + TapFormat.MARK_BYTES > window.limit()) {
            windowAtBytes = atBytes;
            within = 0;
            window.clear();
            while (window.position() < TapFormat.MARK_BYTES) {
                if (channel.read(window, atBytes + window.position()) < 0) {
                    window.limit(0);
                    throw new EOFException("the file became shorter while it was read");
                }
            }
            window.flip();
        }
        return window.getInt((int) within);
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
