package io.saddlebag.database;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A database in backup mode, as {@link DatabaseWriter#begin} left it. One thread at a time. Each method's failure is a {@link
 * io.saddlebag.fault.BackupException} with {@link DatabaseFault#BACKUP_MODE_LOST} when the engine doesn't hold it any more:
 * whatever was copied is worth nothing then.
 */
public interface BackupMode extends AutoCloseable {
    /** What is known of the state from the begin on: where all is read before the end, the image can say no more. Never secret. */
    default Map<String, String> facts() {
        return Map.of();
    }

    /**
     * Does what of {@link #freeze} can be done while writes go on; called right before it, once.
     *
     * @param limit as that of the freeze
     */
    default void prepareFreeze(Duration limit) throws IOException, InterruptedException {
        // most engines have nothing to do before
    }

    /**
     * Holds all that would make a snapshot inconsistent; client sessions stay connected, their writes wait. Never longer than
     * until the guard ends it at its deadline (W7).
     *
     * @param limit of waiting for transactions that have to end before
     * @return whether anybody has to wait because of it; false when backup mode alone makes copies good
     */
    boolean freeze(Duration limit) throws IOException, InterruptedException;

    /**
     * As {@link #freeze}, for a recovery point of several databases (W23): what an engine need not hold for its own copy is held, too, as far
     * as {@link DatabaseWriter#sharedInstant} says.
     */
    default boolean freezeWithOthers(Duration limit) throws IOException, InterruptedException {
        return freeze(limit);
    }

    /**
     * Looked at now and then while it is on: what grows meanwhile, such as a delta of changes (J22).
     *
     * @param warn takes what somebody should see to before it is a failure; said once
     */
    default void watch(Consumer<String> warn) throws IOException {
        // most engines' journals are theirs to see to
    }

    /** Lets writes go on; backup mode stays. Idempotent; no effect without a freeze. */
    void thaw() throws IOException, InterruptedException;

    /**
     * Ends backup mode, and says what belongs into the image besides the components. The journals named stay where they are, and
     * as they are, until {@link #close}. Called once.
     *
     * @param timeout of the engine's own work
     */
    BackupEnd end(Duration timeout) throws IOException, InterruptedException;

    /** Lets go of everything; ends freeze and backup mode when they are still on, and what was copied is no backup then. Idempotent. */
    @Override
    void close() throws IOException;
}
