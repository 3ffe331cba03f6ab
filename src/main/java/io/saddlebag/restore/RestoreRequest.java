package io.saddlebag.restore;

import io.saddlebag.tapeoption.Prompt;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A wish to have something back (W15, C7).
 *
 * @param backups one or several; each becomes a job that depends on the one before (W16)
 * @param objects absolute paths as they were on the source, each with all below it; empty for everything
 * @param target a folder below which the objects are put with their whole paths; null for their original places
 * @param existing what happens where something is already
 * @param database the database that is stopped before and started and checked after (W12); null for plain files
 * @param user who asks; null for a schedule
 * @param prompt who is asked for volumes that are missing (M5)
 */
public record RestoreRequest(
        List<BackupSelector> backups,
        List<String> objects,
        @Nullable Path target,
        Existing existing,
        @Nullable String database,
        @Nullable String user,
        Prompt prompt) {
    /** What happens where something of that name is already (C7). */
    public enum Existing {
        /** The restored object takes its place, by renaming. */
        REPLACE,
        /** It stays, and the restored one is left out. */
        KEEP,
        /** The one modified later stays. */
        KEEP_NEWER,
        /** The restored object gets another name: a suffix with the backup's number. */
        RENAME
    }

    /** Operators are asked. */
    public RestoreRequest(
            List<BackupSelector> backups,
            List<String> objects,
            @Nullable Path target,
            Existing existing,
            @Nullable String database,
            @Nullable String user) {
        this(backups, objects, target, existing, database, user, Prompt.OPERATOR);
    }

    public RestoreRequest {
        backups = List.copyOf(backups);
        objects = List.copyOf(objects);
        if (backups.isEmpty()) {
            throw new IllegalArgumentException(
                    "a restore names at least one backup: an id, or the name of a dataset or database");
        }
        for (String object : objects) {
            if (!object.startsWith("/")) {
                throw new IllegalArgumentException(
                        "object '" + object + "' is not an absolute path, such as /srv/orders/base");
            }
        }
    }
}
