package io.saddlebag.database;

import io.saddlebag.database.DatabaseComponent.Kind;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What the parts of a database's backup are for, kept as facts of the backup where a restore has to know it (W14). Pure. */
public final class DatabaseFiles {
    private static final String CONTROL = "control-files";
    private static final String PARAMETERS = "parameter-files";

    private DatabaseFiles() {}

    /** Of databases with control files; none of others. */
    public static Map<String, String> facts(List<DatabaseComponent> components) {
        Map<String, String> facts = new LinkedHashMap<>();
        if (components.stream().anyMatch(part -> part.kind() == Kind.CONTROL)) {
            facts.put(CONTROL, lines(components, Kind.CONTROL));
            facts.put(PARAMETERS, lines(components, Kind.PARAMETERS));
        }
        return facts;
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
