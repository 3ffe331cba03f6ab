package io.saddlebag.journal.sqlite;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** SQLite's running checksum over a write-ahead log (file format, 4.2). */
final class WalSums {
    private final boolean bigEndian;
    private int first;
    private int second;

    WalSums(boolean bigEndian, int first, int second) {
        this.bigEndian = bigEndian;
        this.first = first;
        this.second = second;
    }

    /** @param length a multiple of 8 */
    void add(byte[] bytes, int from, int length) {
        ByteBuffer words =
                ByteBuffer.wrap(bytes, from, length).order(bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        int one = first;
        int two = second;
        while (words.hasRemaining()) {
            one += words.getInt() + two;
            two += words.getInt() + one;
        }
        first = one;
        second = two;
    }

    /** Takes a frame in, if it is the next one of this log. */
    boolean takes(WalHeader header, byte[] frame) {
        ByteBuffer fields = ByteBuffer.wrap(frame);
        if (fields.getInt(0) == 0 || fields.getInt(8) != header.salt1() || fields.getInt(12) != header.salt2()) {
            return false;
        }
        WalSums next = new WalSums(bigEndian, first, second);
        next.add(frame, 0, 8);
        next.add(frame, WalHeader.FRAME_HEADER_BYTES, header.pageBytes());
        if (!next.are(fields.getInt(16), fields.getInt(20))) {
            return false;
        }
        first = next.first;
        second = next.second;
        return true;
    }

    /** Those that a frame ends with. */
    static WalSums after(WalHeader header, byte[] frameHeader) {
        ByteBuffer fields = ByteBuffer.wrap(frameHeader);
        return new WalSums(header.bigEndian(), fields.getInt(16), fields.getInt(20));
    }

    boolean are(int one, int two) {
        return first == one && second == two;
    }

    /** Whether a transaction ends with this frame. */
    static boolean commits(byte[] frame) {
        return ByteBuffer.wrap(frame).getInt(4) != 0;
    }
}
