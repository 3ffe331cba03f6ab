package io.saddlebag.database;

import java.nio.file.Path;
import java.util.List;

/**
 * A restorable part of a database.
 *
 * @param name e.g. {@code data directory}, {@code tablespace 16385}, {@code journal}
 * @param path a directory or file
 * @param transientNames names right below it whose content means nothing after a stop, such as {@code postmaster.pid};
 *     they aren't backed up
 */
public record DatabaseComponent(String name, Kind kind, Path path, List<String> transientNames) {
    public DatabaseComponent {
        transientNames = List.copyOf(transientNames);
    }

    /** What kind of part it is (R1). */
    public enum Kind {
        DATA,
        TABLESPACE,
        CONTROL,
        JOURNAL,
        PARAMETERS
    }
}
