package io.saddlebag.database.log;

import java.io.Closeable;
import java.io.IOException;

/**
 * A connection for replication. One thread; closing, from any thread, ends it.
 *
 * <p>Failures are {@link io.saddlebag.fault.BackupException}s: {@link LogFault#CONNECTION} when trying again may help.
 */
public interface LogConnection extends Closeable {
    ServerIdentity identify() throws IOException;

    /** The file that says from where timelines came, as the server would archive it. */
    byte[] history(long timeline) throws IOException;

    SlotState slot() throws IOException;

    /** Makes the slot, which keeps the log from the server's last checkpoint on. */
    SlotState makeSlot() throws IOException;

    void removeSlot() throws IOException;

    /**
     * Begins to receive.
     *
     * @param from the first byte of a segment
     * @throws IOException {@link LogFault#REMOVED} when the server hasn't got that any more; {@link LogFault#DIVERGED} when it
     *     never had
     */
    LogFlow flow(long timeline, long from) throws IOException;
}
