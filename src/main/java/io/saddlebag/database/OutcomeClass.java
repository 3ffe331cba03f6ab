package io.saddlebag.database;

import io.saddlebag.database.DatabaseComponent.Kind;
import io.saddlebag.snapshot.CoveredComponent;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

    /** Name of the fact by which the database's own writer is told; not there where it has none. */
    public static final String INSTANCE = "writer-instance";

    /** Kind of a component's backup that has all of it. */
    private static final String WHOLE = "FULL";

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

    /**
     * What a writer of the machine's own, Oracle's VSS writer on Windows, says that the snapshot covered ({@code VSS-04107}).
     *
     * @param instance whose writer's word counts, as its name ends with it; null for any
     * @return empty when it says nothing that decides
     */
    public static Optional<OutcomeClass> covered(List<CoveredComponent> components, @Nullable String instance) {
        List<CoveredComponent> own = components.stream()
                .filter(each -> each.kind().equalsIgnoreCase(WHOLE))
                .filter(each -> instance == null || isOf(each.writer(), instance))
                .toList();
        if (own.stream().anyMatch(each -> named(each, "oracle database"))) {
            return Optional.of(DATABASE_FULL);
        }
        boolean area =
                own.stream().anyMatch(each -> named(each, "flash recovery area") || named(each, "fast recovery area"));
        return area ? Optional.of(RECOVERY_AREA) : Optional.empty();
    }

    /** Such as {@code Oracle.VSSWriter.ORCL}. */
    private static boolean isOf(String writer, String instance) {
        return writer.toLowerCase(Locale.ROOT).endsWith("." + instance.toLowerCase(Locale.ROOT));
    }

    private static boolean named(CoveredComponent component, String name) {
        return component.name().toLowerCase(Locale.ROOT).startsWith(name);
    }

    /**
     * What a backup is when a writer has had its say: one that was taken for crash-consistent was in backup mode if the writer covered
     * the database. Nothing that is known to be more is made less.
     *
     * @param instance whose writer's word counts; null for any
     */
    public static Optional<OutcomeClass> confirmed(
            Optional<OutcomeClass> recorded, List<CoveredComponent> components, @Nullable String instance) {
        Optional<OutcomeClass> said = covered(components, instance);
        boolean decides = said.isPresent()
                && (recorded.isEmpty() || (recorded.get() == CRASH_CONSISTENT && said.get() == DATABASE_FULL));
        return decides ? said : recorded;
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
