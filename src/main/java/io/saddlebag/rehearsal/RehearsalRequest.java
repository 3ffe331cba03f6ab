package io.saddlebag.rehearsal;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.job.Overlap;
import io.saddlebag.tapeoption.Prompt;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A wish to have a backup of a database tried out.
 *
 * @param backup null for the newest
 * @param asOf the newest up to then; null for no such limit
 * @param scratch a folder in which it makes one of its own; null for the node's
 * @param user who asks; null for a schedule
 * @param prompt who is asked for volumes that are missing (M5)
 * @param overlap what to do while another rehearsal of the database goes on
 */
public record RehearsalRequest(
        String database,
        @Nullable BackupId backup,
        @Nullable Instant asOf,
        @Nullable Path scratch,
        @Nullable String user,
        Prompt prompt,
        Overlap overlap) {
    public RehearsalRequest {
        if (backup != null && asOf != null) {
            throw new IllegalArgumentException("a rehearsal is of one backup: name it, or say as of when");
        }
    }
}
