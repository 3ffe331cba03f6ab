package io.saddlebag.database;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A restorable part of a database.
 *
 * @param name e.g. {@code data directory}, {@code tablespace 16385}, {@code journal}
 * @param path a directory or file
 * @param transientNames names right below it whose content means nothing after a stop, such as {@code postmaster.pid};
 *     they aren't backed up
 * @param emptied names of folders right below it that are backed up without what is in them; {@link #ITSELF} for the path
 */
public record DatabaseComponent(String name, Kind kind, Path path, List<String> transientNames, List<String> emptied) {
    /** Among {@code emptied}: the component's own folder. */
    public static final String ITSELF = ".";

    public DatabaseComponent {
        transientNames = List.copyOf(transientNames);
        emptied = List.copyOf(emptied);
    }

    /** One of which everything else is backed up. */
    public DatabaseComponent(String name, Kind kind, Path path, List<String> transientNames) {
        this(name, kind, path, transientNames, List.of());
    }

    /** Their paths, a line each. */
    public static String lines(Collection<DatabaseComponent> components) {
        return components.stream().map(part -> part.path().toString()).collect(Collectors.joining("\n"));
    }

    /** What kind of part it is (R1). */
    public enum Kind {
        DATA,
        TABLESPACE,
        CONTROL,
        JOURNAL,
        PARAMETERS,
        /** Archived journals and what else recovery draws on; never restored with the database. */
        RECOVERY_AREA
    }
}
