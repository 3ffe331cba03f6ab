package io.saddlebag.database;

import io.saddlebag.database.DatabaseComponent.Kind;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What the parts of a database's backup are for, kept as facts of the backup where a restore has to know it (W14, R2). Pure. */
public final class DatabaseFiles {
    /** Fact of a backup of a stopped database: its {@link DatabaseAdapter#checkpoint}. */
    public static final String CHECKPOINT = "checkpoint";

    private static final String CONTROL = "control-files";
    private static final String PARAMETERS = "parameter-files";
    /** Of which the engine keeps the place in its own files, so that it may change: a line each, name and path. */
    private static final String TABLESPACES = "tablespaces";

    private DatabaseFiles() {}

    /** Of databases with control files or tablespaces; none of others. */
    public static Map<String, String> facts(List<DatabaseComponent> components) {
        Map<String, String> facts = new LinkedHashMap<>();
        if (components.stream().anyMatch(part -> part.kind() == Kind.CONTROL)) {
            facts.put(CONTROL, lines(components, Kind.CONTROL));
            facts.put(PARAMETERS, lines(components, Kind.PARAMETERS));
        }
        Map<String, Path> tablespaces = tablespaces(components);
        if (!tablespaces.isEmpty()) {
            facts.put(
                    TABLESPACES,
                    tablespaces.entrySet().stream()
                            .map(each -> each.getKey() + " " + each.getValue())
                            .collect(Collectors.joining("\n")));
        }
        return facts;
    }

    /** Places of tablespaces by the engine's own names for them, which stay when a tablespace gets another place. */
    public static Map<String, Path> tablespaces(List<DatabaseComponent> components) {
        Map<String, Path> places = new LinkedHashMap<>();
        for (DatabaseComponent part : components) {
            if (part.kind() == Kind.TABLESPACE) {
                places.put(part.name().substring(part.name().lastIndexOf(' ') + 1), part.path());
            }
        }
        return places;
    }

    /** As {@link #tablespaces(List)}, when it was backed up. */
    public static Map<String, Path> tablespaces(Map<String, String> facts) {
        Map<String, Path> places = new LinkedHashMap<>();
        facts.getOrDefault(TABLESPACES, "").lines().forEach(line -> {
            int space = line.indexOf(' ');
            if (space > 0) {
                places.put(line.substring(0, space), Path.of(line.substring(space + 1)));
            }
        });
        return places;
    }

    private static String lines(List<DatabaseComponent> components, Kind kind) {
        return components.stream()
                .filter(part -> part.kind() == kind)
                .map(part -> part.path().toString())
                .collect(Collectors.joining("\n"));
    }

    /**
     * @param control places of all copies of the control file when it was backed up, whether the backup has them or not
     * @param parameters what may be of any time
     */
    public record Roles(Set<Path> control, Set<Path> parameters) {
        public Roles {
            control = new LinkedHashSet<>(control);
            parameters = new LinkedHashSet<>(parameters);
        }

        /** Empty for databases without control files. */
        public static Roles of(Map<String, String> facts) {
            return new Roles(paths(facts, CONTROL), paths(facts, PARAMETERS));
        }

        private static Set<Path> paths(Map<String, String> facts, String fact) {
            return facts.getOrDefault(fact, "")
                    .lines()
                    .filter(line -> !line.isBlank())
                    .map(Path::of)
                    .collect(Collectors.toCollection(LinkedHashSet::new));
        }
    }
}
