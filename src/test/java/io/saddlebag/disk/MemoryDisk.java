package io.saddlebag.disk;

import java.io.EOFException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A disk in memory, for reading and writing; it keeps what was asked of it. */
public final class MemoryDisk implements ReadableDisk, WritableDisk {
    private final byte[] bytes;
    private final List<String> calls = new ArrayList<>();
    private boolean closed;

    public MemoryDisk(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Of a size, with that in each byte. */
    public static MemoryDisk of(int sizeBytes, int value) {
        byte[] bytes = new byte[sizeBytes];
        Arrays.fill(bytes, (byte) value);
        return new MemoryDisk(bytes);
    }

    public byte[] bytes() {
        return bytes;
    }

    /** Such as {@code read 0+512}, in order. */
    public List<String> calls() {
        return calls;
    }

    public boolean isClosed() {
        return closed;
    }

    @Override
    public long sizeBytes() {
        return bytes.length;
    }

    @Override
    public void read(long offsetBytes, ByteBuffer into) throws EOFException {
        calls.add("read " + offsetBytes + "+" + into.remaining());
        if (offsetBytes < 0 || offsetBytes + into.remaining() > bytes.length) {
            throw new EOFException("beyond the end");
        }
        into.put(bytes, (int) offsetBytes, into.remaining());
    }

    @Override
    public void write(long offsetBytes, ByteBuffer from) {
        calls.add("write " + offsetBytes + "+" + from.remaining());
        from.get(bytes, (int) offsetBytes, from.remaining());
    }

    @Override
    public void zero(long offsetBytes, long lengthBytes) {
        calls.add("zero " + offsetBytes + "+" + lengthBytes);
        Arrays.fill(bytes, (int) offsetBytes, (int) (offsetBytes + lengthBytes), (byte) 0);
    }

    @Override
    public void sync() {
        calls.add("sync");
    }

    @Override
    public void close() {
        closed = true;
    }
}
