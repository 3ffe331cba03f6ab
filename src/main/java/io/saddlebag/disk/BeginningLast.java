package io.saddlebag.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Writes a disk's beginning last: while anything is missing behind it, there are zeros, and nobody takes the disk for a file
 * system, neither the old one nor the new. What isn't written of the beginning becomes zeros. One use.
 */
public final class BeginningLast implements WritableDisk {
    private static final int BEGINNING_BYTES = 1 << 20;

    private final WritableDisk disk;
    private final ByteBuffer beginning;
    private boolean begun;

    public BeginningLast(WritableDisk disk) {
        this.disk = disk;
        this.beginning = ByteBuffer.allocate((int) Math.min(BEGINNING_BYTES, disk.sizeBytes()));
    }

    @Override
    public long sizeBytes() {
        return disk.sizeBytes();
    }

    @Override
    public void write(long offsetBytes, ByteBuffer bytes) throws IOException {
        begin();
        int held = held(offsetBytes, bytes.remaining());
        beginning.put((int) Math.min(offsetBytes, beginning.limit()), bytes, bytes.position(), held);
        bytes.position(bytes.position() + held);
        if (bytes.hasRemaining()) {
            disk.write(offsetBytes + held, bytes);
        }
    }

    @Override
    public void zero(long offsetBytes, long lengthBytes) throws IOException {
        begin();
        int held = held(offsetBytes, lengthBytes);
        for (int i = 0; i < held; i++) {
            beginning.put((int) offsetBytes + i, (byte) 0);
        }
        if (lengthBytes > held) {
            disk.zero(offsetBytes + held, lengthBytes - held);
        }
    }

    private int held(long offsetBytes, long lengthBytes) {
        return (int) Math.max(0, Math.min(lengthBytes, beginning.limit() - offsetBytes));
    }

    /** What was there before is gone for good, before anything else is written. */
    private void begin() throws IOException {
        if (!begun) {
            begun = true;
            disk.zero(0, beginning.limit());
            disk.sync();
        }
    }

    /** Makes all of it durable, the beginning last. */
    @Override
    public void sync() throws IOException {
        disk.sync();
        if (begun) {
            disk.write(0, beginning.duplicate().clear());
            disk.sync();
        }
    }

    @Override
    public void close() throws IOException {
        disk.close();
    }
}
