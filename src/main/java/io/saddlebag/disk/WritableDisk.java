package io.saddlebag.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Bytes that can be written at any place. Its size doesn't change while it is open. One thread at a time. What was written is
 * durable after {@link #sync}; a failed call may have written a part.
 */
public interface WritableDisk extends Closeable {
    /** Bytes. */
    long sizeBytes();

    /** Writes the whole buffer; its position is then its limit. */
    void write(long offsetBytes, ByteBuffer bytes) throws IOException;

    /** Makes the bytes read as zeros, and gives their space back where file or device can. */
    void zero(long offsetBytes, long lengthBytes) throws IOException;

    /** Makes everything written durable. */
    void sync() throws IOException;
}
