package io.saddlebag.restore;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.job.Job;
import io.saddlebag.tapeoption.Prompt;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Plans, restores and verifies. Thread-safe. */
public interface Restores {
    /** Figure of a job: the number of the backup whose state it restored, which after a failover isn't the one asked for (R5). */
    String RESTORED_BACKUP = "restored-backup";

    /** Figure of a job: the instant of that state. */
    String RESTORED_POINT = "restored-point";

    /** What the request comes to; nothing is changed and no volume is moved (C7's dry run). */
    RestorePlan plan(RestoreRequest request) throws IOException;

    /** As {@link #plan}, and what would become of what is there already; looks at each object's place. */
    RestorePreview preview(RestoreRequest request) throws IOException;

    /**
     * Carries the request out: one job for each image, each but the first depending on the one before (W16).
     *
     * @return the ended jobs, in order; when one failed, those after it failed with its name as the cause
     */
    List<Job> restore(RestoreRequest request) throws IOException, InterruptedException;

    /**
     * Restores all members of a consistency group to one recovery point (W23): one job for each image, each but the first depending
     * on the one before. The databases are stopped in the group's order before anything is restored, all are put in place at once,
     * and started in the reverse order. Where one fails before, all databases are as they were.
     *
     * @return as {@link #restore}
     */
    List<Job> restoreGroup(GroupRequest request) throws IOException, InterruptedException;

    /**
     * Reads the whole image back through the restore path and compares it (C12, D8).
     *
     * @return the ended job; completed when every byte is as it was backed up
     */
    default Job verify(BackupId id, @Nullable String user) throws IOException, InterruptedException {
        return verify(id, user, Prompt.OPERATOR);
    }

    /**
     * As {@link #verify(BackupId, String)}.
     *
     * @param prompt who is asked for volumes that are missing (M5)
     */
    Job verify(BackupId id, @Nullable String user, Prompt prompt) throws IOException, InterruptedException;
}
