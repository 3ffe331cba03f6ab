package io.saddlebag.host;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A file that has its name while it is written, at any place of it. One thread.
 *
 * <p>Failures are {@link io.saddlebag.fault.BackupException}s with a {@link FileFault}; what was written before them is as it was.
 */
public interface InPlaceFile extends Closeable {
    /** Whether it was there before it was opened. */
    boolean existed();

    /** Writes all that remains of the buffer. Durable after {@link #sync()} only. */
    void write(ByteBuffer from, long offsetBytes) throws IOException;

    /** Fills the buffer; the file is as long as it was opened with, and holes are zeros. */
    void read(ByteBuffer into, long offsetBytes) throws IOException;

    /** What was written there is whole: the disk may begin with it. Promises nothing, and never fails. */
    default void beginSync(long offsetBytes, long lengthBytes) {}

    /** Makes everything written so far durable, with the file's length and name. */
    void sync() throws IOException;

    /** As {@link #sync()}, but for the name: for a file that is about to get another one. */
    default void syncContent() throws IOException {
        sync();
    }
}
