package io.saddlebag.database;

import io.saddlebag.snapshot.Consistency;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a database is that can be backed up while it runs: it plays the role that a VSS writer plays on Windows (W6). The order
 * is {@link #prepare}, {@link #begin}, {@link BackupMode#freeze}, snapshot, {@link BackupMode#thaw}, {@link BackupMode#end},
 * {@link BackupMode#close}; where nothing can take a snapshot and the engine doesn't need one, all of the image is read between
 * thaw and end instead. Thread-safe; keeps no state of its own between calls.
 *
 * <p>Client sessions stay connected throughout (W7). Failures are {@link io.saddlebag.fault.BackupException}s with a
 * {@link DatabaseFault}.
 */
public interface DatabaseWriter {
    /**
     * Checks that an online backup is possible here and now: the server is open, may be put in backup mode by this role, and
     * keeps its journals (W8). Changes nothing.
     *
     * @param log takes what was found
     * @throws io.saddlebag.fault.BackupException {@link DatabaseFault#NOT_IN_ARCHIVE_MODE} whose hint has the commands that
     *     turn it on; {@link DatabaseFault#NO_ONLINE_BACKUP} for any other reason
     */
    void prepare(Consumer<String> log) throws IOException, InterruptedException;

    /**
     * What is read while the database runs. Not the same as {@link DatabaseAdapter#components()}: journals that the end of the
     * backup yields anew, and whatever means nothing in a copy, are left out.
     */
    List<DatabaseComponent> components() throws IOException, InterruptedException;

    /** Where archived journals and what else recovery draws on are, as far as that is configured (W9); not part of a database backup. */
    default List<DatabaseComponent> recoveryArea() throws IOException, InterruptedException {
        return List.of();
    }

    /**
     * The least that the view of all {@link #components()} has to be worth for a copy in backup mode to be recoverable. {@code
     * NONE}: files may be copied one after another while they are written, as long as backup mode stays on until the last of
     * them is read.
     */
    Consistency needed();

    /** Which instant a copy is of that is made together with those of other databases (W23). */
    default SharedInstant sharedInstant() {
        return SharedInstant.NONE;
    }

    /** Whether freeze and backup mode end with the process that began them, so that nobody has to end them. */
    default boolean endsWithProcess() {
        return false;
    }

    /** Whether the files of the components don't change at all in backup mode: one that does was not read as promised then. */
    default boolean standsStill() {
        return false;
    }

    /**
     * Puts the database in backup mode. Whatever holds it there is bound to a connection of this process where the engine can
     * do that: then the death of the process ends it without anybody's help.
     *
     * @param id names this backup in the engine, so that {@link #abandon} finds it from another process; letters, digits,
     *     hyphens, at most 40
     * @param timeout of the engine's own work, e.g. a checkpoint
     * @throws io.saddlebag.fault.BackupException {@link DatabaseFault#BACKUP_MODE_FAILED}; then it is not in backup mode
     */
    BackupMode begin(String id, Duration timeout, Consumer<String> log) throws IOException, InterruptedException;

    /**
     * Takes the database out of the freeze and the backup mode that {@link #begin} with this id put it in, from whatever process:
     * the guard calls it when the holder hangs or is dead (W20). Idempotent; no effect when that backup mode has ended, or
     * when another backup's is on.
     */
    void abandon(String id, Consumer<String> log) throws IOException, InterruptedException;

    /**
     * Told while the database is down, before restored files, all of one instant, take the place of its own: whoever starts it
     * next, the guard too, may have to end the backup mode that they were copied in before it opens (W13). Durable on return;
     * forgotten once the database is open.
     *
     * @param backup for people
     */
    default void expectRestored(String backup) throws IOException {
        // most engines tell by the files
    }

    /**
     * After a restore, with the database started: ends the backup mode that the restored files were copied in (W13), where
     * starting alone hasn't. Idempotent.
     *
     * @return what was found and done, for the transcript
     */
    String leaveBackupMode(Duration timeout) throws IOException, InterruptedException;
}
