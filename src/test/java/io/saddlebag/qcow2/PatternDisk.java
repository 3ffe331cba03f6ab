package io.saddlebag.qcow2;

import io.saddlebag.disk.ReadableDisk;
import java.nio.ByteBuffer;

/** A disk of any size, of which each 8 bytes hold the number of their cluster. */
record PatternDisk(long sizeBytes) implements ReadableDisk {
    @Override
    public void read(long offsetBytes, ByteBuffer into) {
        long at = offsetBytes;
        while (into.hasRemaining()) {
            into.put((byte) ((at / Images.CLUSTER) >>> (8 * (7 - at % 8))));
            at++;
        }
    }

    @Override
    public void close() {}
}
