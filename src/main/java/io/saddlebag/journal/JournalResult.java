package io.saddlebag.journal;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.job.JobName;
import org.jspecify.annotations.Nullable;

/**
 * What came of a pass (J12): the symbols of RMU.
 *
 * @param sequence number of the last journal written by this pass; -1 for none
 * @param current number of the journal that is being written; -1 when journaling is off, or where the source can't tell
 * @param next number of the first journal that needs backup, at least 0
 * @param lastReady number of the last journal that has ever been ready; -1 when none ever was
 * @param backedUp number of the last journal that this operation, all of its passes, has backed up; -1 for none
 * @param journals usable ones at the source
 * @param endOfFileBlock blocks of 512 bytes that the current journal holds
 * @param fullnessPercent of the current journal; 0 where its size isn't known
 * @param lastOutputFile the backup file that was written last; null for none
 * @param backup number in the catalog of this pass's image; null when there was nothing to do
 * @param count journals that this pass backed up
 * @param blocks of 512 bytes that this pass backed up
 */
public record JournalResult(
        long sequence,
        long current,
        long next,
        long lastReady,
        long backedUp,
        int journals,
        long endOfFileBlock,
        int fullnessPercent,
        @Nullable String lastOutputFile,
        @Nullable BackupId backup,
        @Nullable JobName job,
        int count,
        long blocks) {
    /** Of journals, as RMU counts (J4). */
    public static final int BLOCK_BYTES = 512;

    /** Whether anything was backed up. */
    public boolean hasBackup() {
        return backup != null;
    }

    /** With what an earlier part of the same pass backed up. */
    JournalResult plus(JournalResult earlier) {
        JournalResult all = after(earlier);
        return new JournalResult(
                Math.max(sequence, earlier.sequence),
                all.current,
                all.next,
                all.lastReady,
                all.backedUp,
                all.journals,
                all.endOfFileBlock,
                all.fullnessPercent,
                all.lastOutputFile,
                backup == null ? earlier.backup : backup,
                job == null ? earlier.job : job,
                count + earlier.count,
                blocks + earlier.blocks);
    }

    /** With what the passes before came to. */
    JournalResult after(JournalResult before) {
        return new JournalResult(
                sequence,
                current,
                next,
                lastReady,
                Math.max(backedUp, before.backedUp),
                journals,
                endOfFileBlock,
                fullnessPercent,
                lastOutputFile == null ? before.lastOutputFile : lastOutputFile,
                backup,
                job,
                count,
                blocks);
    }
}
