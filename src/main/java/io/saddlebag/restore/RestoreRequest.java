package io.saddlebag.restore;

import io.saddlebag.database.RestorableObject;
import io.saddlebag.tapeoption.Prompt;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A wish to have something back (W15, C7).
 *
 * @param backups one or several; each becomes a job that depends on the one before (W16)
 * @param objects absolute paths as they were on the source, each with all below it, or words for parts of a database, such as
 *     {@code control-file} or {@code tablespace:16385} (R1); empty for everything
 * @param target a folder below which the objects are put with their whole paths; null for their original places
 * @param existing what happens where something is already
 * @param database the database that is stopped before and started and checked after (W12); null for plain files
 * @param user who asks; null for a schedule
 * @param prompt who is asked for volumes that are missing (M5)
 * @param mappings parts that go to places of their own; the longest that fits wins, before target and original place (C7)
 * @param powers whether device nodes, set-user-id bits and capabilities come back
 * @param choices what may be read instead (R3, R5), and whether what is in place is restored (R6)
 */
public record RestoreRequest(
        List<BackupSelector> backups,
        List<String> objects,
        @Nullable Path target,
        Existing existing,
        @Nullable String database,
        @Nullable String user,
        Prompt prompt,
        List<PathMapping> mappings,
        Powers powers,
        RestoreChoices choices) {
    /** What gives powers to whoever finds it: device nodes, set-user-id and set-group-id bits, capabilities (X13). */
    public enum Powers {
        /** It comes back, when root restores. */
        AS_BACKED_UP,
        /** It is left out, and noted. */
        LEFT_OUT
    }

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

    /** Everything to the target or its old place, and as it was. */
    public RestoreRequest(
            List<BackupSelector> backups,
            List<String> objects,
            @Nullable Path target,
            Existing existing,
            @Nullable String database,
            @Nullable String user,
            Prompt prompt) {
        this(backups, objects, target, existing, database, user, prompt, List.of(), Powers.AS_BACKED_UP);
    }

    /** With the usual choices. */
    public RestoreRequest(
            List<BackupSelector> backups,
            List<String> objects,
            @Nullable Path target,
            Existing existing,
            @Nullable String database,
            @Nullable String user,
            Prompt prompt,
            List<PathMapping> mappings,
            Powers powers) {
        this(backups, objects, target, existing, database, user, prompt, mappings, powers, RestoreChoices.DEFAULT);
    }

    /** The same wish with other places. */
    RestoreRequest to(List<PathMapping> places) {
        return new RestoreRequest(backups, objects, target, existing, database, user, prompt, places, powers, choices);
    }

    /** The same wish for all of a database, which uses its parts in these places from then on. */
    RestoreRequest switched(List<PathMapping> places) {
        return new RestoreRequest(
                backups, objects, target, existing, database, user, prompt, places, powers, choices.switched());
    }

    /** The same wish for other objects. */
    RestoreRequest of(List<String> others) {
        return new RestoreRequest(backups, others, target, existing, database, user, prompt, mappings, powers, choices);
    }

    /** The same wish with other choices. */
    public RestoreRequest with(RestoreChoices other) {
        return new RestoreRequest(backups, objects, target, existing, database, user, prompt, mappings, powers, other);
    }

    public RestoreRequest {
        mappings = List.copyOf(mappings);
        requireOneEach(mappings);
        boolean switched = choices.parts() == RestoreChoices.Parts.SWITCHED;
        if (database != null
                && !switched
                && (!mappings.isEmpty() || !choices.newNames().isEmpty())) {
            throw new IllegalArgumentException(
                    "a database goes to its own place: leave out the mappings, or the database,"
                            + " or say that it is to use its parts in their new places (switch)");
        }
        if (switched && (database == null || target != null || !objects.isEmpty())) {
            throw new IllegalArgumentException(
                    "switch is for all of a database that is stopped and started: name the database,"
                            + " and leave out the target and the objects");
        }
        backups = List.copyOf(backups);
        objects = List.copyOf(objects);
        if (backups.isEmpty()) {
            throw new IllegalArgumentException(
                    "a restore names at least one backup: an id, or the name of a dataset or database");
        }
        for (String object : objects) {
            if (!object.startsWith("/") && !RestorableObject.isWord(object)) {
                throw new IllegalArgumentException("object '" + object
                        + "' is neither an absolute path, such as /srv/orders/base, nor a part of a database: "
                        + RestorableObject.words());
            }
        }
    }

    /** The same wish for other objects. */
    RestoreRequest withObjects(List<String> others) {
        return new RestoreRequest(backups, others, target, existing, database, user, prompt, mappings, powers, choices);
    }

    static void requireAbsolute(List<String> objects) {
        for (String object : objects) {
            if (!object.startsWith("/")) {
                throw new IllegalArgumentException(
                        "object '" + object + "' is not an absolute path, such as /srv/orders/base");
            }
        }
    }

    static void requireOneEach(List<PathMapping> mappings) {
        Set<Path> sources = new HashSet<>();
        for (PathMapping mapping : mappings) {
            if (!sources.add(mapping.from())) {
                throw new IllegalArgumentException(mapping.from() + " is mapped to two places; one is valid");
            }
        }
    }
}
