package io.saddlebag.rollforward;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.recovery.RecoveryTarget;
import io.saddlebag.tapeoption.Prompt;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A wish to have a database brought to a point (R7, R8).
 *
 * @param incarnation whose line is meant; null for the current one
 * @param backup to begin with; null for the newest that fits
 * @param asOf begin with a backup of then or earlier; null for no such limit
 * @param area folder to collect the journals in, which must not exist yet; null for the database's own
 * @param unsaved what becomes of journals that are at the source and not backed up
 * @param user who asks; null for a schedule
 * @param prompt who is asked for volumes that are missing (M5)
 */
public record RecoverRequest(
        String database,
        RecoveryTarget target,
        @Nullable Long incarnation,
        @Nullable BackupId backup,
        @Nullable Instant asOf,
        @Nullable Path area,
        Unsaved unsaved,
        @Nullable String user,
        Prompt prompt) {
    /** Journals that are at the source and not backed up yet. */
    public enum Unsaved {
        /** They are applied, too; when the source can't be asked, nothing is done. */
        APPLIED,
        /** They are left out: the source is gone. */
        LEFT_OUT
    }

    public RecoverRequest {
        if (backup != null && asOf != null) {
            throw new IllegalArgumentException("a recovery begins with one backup: name it, or say as of when");
        }
    }
}
