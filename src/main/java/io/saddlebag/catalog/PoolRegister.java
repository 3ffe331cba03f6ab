package io.saddlebag.catalog;

import io.saddlebag.media.PoolFile;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

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

    /** The backup whose image, or a copy of it, has that file, and isn't removed; the newest where several have it. */
    Optional<BackupId> backupOf(String pool, String path) throws IOException;

    /** All that the file may be now, as the catalog knows it: one truth, or two while it gets another header (X10). */
    List<PoolFile> truths(String pool, String path) throws IOException;

    /**
     * From now on each of these files may be as it was or as this says (X10). Call it only when the new ones are durable.
     *
     * @param was the backup as its files were read
     * @param copies likewise
     * @return why not, in words; empty when it is recorded
     */
    Optional<String> renew(Renewal renewal, Backup was, List<ImageCopy> copies) throws IOException;

    /** Of a backup whose files are being given another header. */
    Optional<Renewal> renewal(BackupId backup) throws IOException;

    List<Renewal> renewals() throws IOException;

    /** The second truth is the only one from now on, and the layers with it. No effect unless it is recorded as this. */
    void renewed(Renewal renewal) throws IOException;

    /**
     * The files of the image are these, and its layers: somebody else gave it other keys, and that was proven (X10). One step.
     *
     * @param was the backup as the catalog had it then
     * @return why not, in words; empty when it is recorded
     */
    Optional<String> takeOver(Renewal renewal, Backup was) throws IOException;

    /** The first truth is the only one again. No effect unless it is recorded as this. */
    void dropRenewal(Renewal renewal) throws IOException;
}
