package io.saddlebag.catalog;

/**
 * A backup in a disk pool, and how far its removal is (C13).
 *
 * @param generation number of the run that brought it to this state, from 1; 0 while it is present
 * @param newestBackup the highest number that a backup had when it was quarantined, else 0: all with higher numbers began
 *     when it couldn't be chosen any more
 */
public record PooledBackup(Backup backup, Stage stage, long generation, long newestBackup) {
    /** What has become of its files. */
    public enum Stage {
        /** In their places. */
        PRESENT,
        /** No backup any more; its files are on their way into quarantine. */
        MARKED,
        /** No backup any more; its files are in quarantine and can be put back. */
        QUARANTINED,
        /** Its files are gone. */
        REMOVED
    }
}
