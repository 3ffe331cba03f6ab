package io.saddlebag.lease;

import java.io.IOException;
import java.time.Duration;

/**
 * The right to keep a source stopped or frozen until a deadline (W20). One thread at a time.
 *
 * <p>The guard's answer decides: a lease that was lost, by deadline or because the guard can't be reached, stays lost, and
 * whatever was taken from the source since isn't consistent.
 */
public interface QuiesceLease extends AutoCloseable {
    String id();

    /**
     * Moves the deadline.
     *
     * @throws io.saddlebag.fault.BackupException {@link LeaseFault#LOST}: the guard has acted, or may have
     */
    void renew(Duration length) throws IOException;

    /**
     * Has the guard do what the holder has prepared and what must never be done to a source that runs again: see {@link
     * SourceReturner#commit}. The one who would bring the source back does it, so however long this process hangs, it is
     * done before the source is brought back or not at all. The lease goes on.
     *
     * @throws io.saddlebag.fault.BackupException {@link LeaseFault#LOST}: the guard has acted, or may have, and whether it
     *     was done is not known; {@link LeaseFault#NOT_COMMITTED}: the guard could not do it, or not all of it
     */
    void commit() throws IOException;

    /**
     * Ends the lease because the source is back already. The guard won't act any more.
     *
     * @return false when the guard had acted before
     */
    boolean release() throws IOException;

    /** Leaves the lease to the guard, which brings the source back at once. No effect after {@link #release()}. */
    @Override
    void close() throws IOException;
}
