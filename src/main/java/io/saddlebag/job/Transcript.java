package io.saddlebag.job;

import java.io.Closeable;
import java.io.IOException;

/**
 * What happened in a job, line by line with times (S10). Appending is durable at {@link #sync()} and when it is closed.
 * Thread-safe.
 */
public interface Transcript extends Closeable {
    /**
     * Adds a line, stamped with the time. Breaks within the text can't be taken for lines of their own. A line never
     * carries a secret (X13).
     *
     * @throws io.saddlebag.fault.BackupException {@link JobFault#TRANSCRIPT_OUT_OF_SPACE}, {@link
     *     JobFault#TRANSCRIPT_UNWRITABLE}
     */
    void line(String text) throws IOException;

    void sync() throws IOException;
}
