package io.saddlebag.job;

import java.io.IOException;

/**
 * What happened in a job, line by line with times (S10). Appending is durable at {@link #sync()} and when the job ends.
 * Thread-safe.
 */
public interface Transcript {
    /** Adds a line, stamped with the time. A line never carries a secret (X13). */
    void line(String text) throws IOException;

    void sync() throws IOException;
}
