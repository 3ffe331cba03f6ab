package io.saddlebag.database;

import io.saddlebag.database.DatabaseComponent.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an image of a running database is, by what its snapshot covered and whether the database took part (W9). Restores read
 * it to know what they have to do. Pure.
 */
public enum OutcomeClass {
    /** All data, in backup mode: a restore leaves backup mode. */
    DATABASE_FULL,
    /** Nothing but the recovery area, such as archived journals. */
    RECOVERY_AREA,
    /** All of one instant, but the database knew nothing of it: it recovers as after a crash when it starts. */
    CRASH_CONSISTENT;

    /** Name of the fact in the catalog and in the image. */
    public static final String FACT = "outcome";

    private static final Set<Kind> NEEDED = Set.of(Kind.DATA, Kind.TABLESPACE, Kind.JOURNAL);

    /** Whether the database took part. */
    public enum Writer {
        IN_BACKUP_MODE,
        TOOK_NO_PART
    }

    /**
     * @param components all that the database has
     * @param covered what the snapshot is of
     * @return empty when it is no backup of the database: some of what is needed is missing
     */
    public static Optional<OutcomeClass> of(List<DatabaseComponent> components, List<Path> covered, Writer writer) {
        List<DatabaseComponent> outside = components.stream()
                .filter(part -> covered.stream().noneMatch(part.path()::startsWith))
                .toList();
        if (writer == Writer.IN_BACKUP_MODE && outside.stream().allMatch(part -> part.kind() == Kind.RECOVERY_AREA)) {
            return Optional.of(DATABASE_FULL);
        }
        // without backup mode nothing else has the journals that a crash recovery needs
        // of several copies of a control file one will do: a restore makes the others match (W14)
        boolean controlled = components.stream().noneMatch(part -> part.kind() == Kind.CONTROL)
                || components.stream().anyMatch(part -> part.kind() == Kind.CONTROL && !outside.contains(part));
        if (writer == Writer.TOOK_NO_PART
                && controlled
                && outside.stream().noneMatch(part -> NEEDED.contains(part.kind()))) {
            return Optional.of(CRASH_CONSISTENT);
        }
        List<DatabaseComponent> inside =
                components.stream().filter(part -> !outside.contains(part)).toList();
        boolean onlyRecoveryArea =
                !inside.isEmpty() && inside.stream().allMatch(part -> part.kind() == Kind.RECOVERY_AREA);
        return onlyRecoveryArea ? Optional.of(RECOVERY_AREA) : Optional.empty();
    }

    /** For people and headers, e.g. {@code database-full}. */
    public String display() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** As recorded with a backup; empty for one of a stopped database, and of plain files. */
    public static Optional<OutcomeClass> of(Map<String, String> facts) {
        return Optional.ofNullable(facts.get(FACT)).map(OutcomeClass::valueOf);
    }
}
