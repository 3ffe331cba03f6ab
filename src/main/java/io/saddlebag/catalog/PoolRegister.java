package io.saddlebag.catalog;

import java.io.IOException;
import java.util.List;

/**
 * The catalog's knowledge of images in disk pools (M24) and of their removal (C13). Every change is durable on return.
 * Thread-safe, also across processes.
 */
public interface PoolRegister {
    /** What is in that pool, or was, whole: by the numbers of the backups. */
    List<PooledBackup> images(String pool) throws IOException;

    /** Whether there are any whose files should be in that pool: in their places, or in quarantine. */
    boolean hasImages(String pool) throws IOException;

    /** Begins a run of removal: a number that is greater than all given before. */
    long beginRun() throws IOException;

    /**
     * From now on it is no backup any more: {@link Backup.State#LOST}, {@link PooledBackup.Stage#MARKED}.
     *
     * @return false when it isn't complete, or not present, any more
     */
    boolean mark(BackupId id, long run, String cause) throws IOException;

    /** Its files are in quarantine. No effect unless it is marked. */
    void quarantined(BackupId id, long run) throws IOException;

    /** Its files are in their places again: it is a backup as before. No effect unless it was marked or quarantined. */
    void reinstated(BackupId id) throws IOException;

    /**
     * Its files are about to be deleted. No effect unless it is quarantined.
     *
     * @return false when it isn't quarantined by a run before this one
     */
    boolean removed(BackupId id, long run) throws IOException;
}
