package io.saddlebag.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Bytes that can be read from any place. Its size doesn't change while it is open. Any thread, but one at a time unless an
 * implementation says more.
 */
public interface ReadableDisk extends Closeable {
    /** Bytes. */
    long sizeBytes();

    /**
     * Fills the buffer from its position to its limit, which is then its position. After a failure the buffer's content and
     * position are undefined.
     *
     * @param offsetBytes from the disk's beginning
     * @throws java.io.EOFException when the disk ends before the buffer is full
     */
    void read(long offsetBytes, ByteBuffer into) throws IOException;
}
