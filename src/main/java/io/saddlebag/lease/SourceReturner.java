package io.saddlebag.lease;

import java.io.IOException;
import java.util.function.Consumer;

/**
 * Brings a stopped or frozen source back. Lives in the watchdog's process; a node uses it too for leases whose watchdog
 * is dead. One thread at a time.
 */
public interface SourceReturner {
    /**
     * Makes ready for {@link #bringBack}: reads configuration, loads classes, checks that the action's kind and facts are
     * known. When the source is a frozen file system, nothing can be written to it later, so whatever has to be written
     * is written now.
     *
     * @throws IOException when the action can't be carried out; then nothing will be stopped
     */
    void prepare(Watchdog.Action action) throws IOException;

    /**
     * Does what the holder of the lease has prepared, while the source stands still: a restore's components take their
     * places. Idempotent; what was begun and not ended is completed by {@link #bringBack}.
     *
     * @throws IOException when it isn't done, or not all of it
     */
    default void commit(Watchdog.Action action, Consumer<String> log) throws IOException {
        throw new IOException("a lease with action " + action.kind() + " has nothing to commit");
    }

    /**
     * Brings the source back and returns when it is. Idempotent: the source may be back already, and somebody else may be
     * bringing it back at this moment.
     *
     * @param log takes what happens, line by line
     * @throws IOException when it isn't back; it will be tried again
     */
    void bringBack(Watchdog.Action action, Consumer<String> log) throws IOException, InterruptedException;

    /**
     * Whether somebody else may take the source over after an attempt to bring it back has failed: nothing of what was begun with it is half
     * done, so that a new holder, who stops it first, finds it as any other.
     *
     * @throws IOException when that can't be told: then nobody may
     */
    default boolean mayBeTakenOver(Watchdog.Action action) throws IOException {
        return false;
    }
}
