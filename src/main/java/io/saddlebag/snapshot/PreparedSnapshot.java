package io.saddlebag.snapshot;

import java.io.IOException;

/**
 * A snapshot on its way: everything is done that can be done before its source stands still, and what can be done after it goes on
 * is done then (W7). Use {@link #take}, then {@link #finish}, each once; one thread.
 */
public interface PreparedSnapshot extends AutoCloseable {
    /**
     * Fixes the view. On return it doesn't change any more, whatever happens to the source; it may not be readable or durable yet.
     *
     * @throws io.saddlebag.fault.BackupException as {@link SnapshotProvider#create}
     */
    void take() throws IOException;

    /**
     * Makes the view readable and durable.
     *
     * @throws io.saddlebag.fault.BackupException as {@link SnapshotProvider#create}
     */
    Snapshot finish() throws IOException;

    /** Removes what was made, unless {@link #finish} has returned. */
    @Override
    void close() throws IOException;
}
