package io.saddlebag.group;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Databases and file trees that are backed up at one recovery point, and restored to one (W23).
 *
 * @param databases in the order in which they are quiesced; they are released in the reverse
 * @param stopped those of the databases that are stopped for an online backup, too
 * @param files trees by the name of their backup
 */
public record ConsistencyGroup(
        String name, List<String> databases, Set<String> stopped, Map<String, List<Path>> files) {
    public ConsistencyGroup {
        databases = List.copyOf(databases);
        stopped = Set.copyOf(stopped);
        if (!databases.containsAll(stopped)) {
            throw new IllegalArgumentException(
                    "group " + name + ": stopped names databases of the group, " + databases + ", not " + stopped);
        }
        Map<String, List<Path>> trees = new LinkedHashMap<>();
        files.forEach((tree, paths) -> {
            if (paths.isEmpty() || paths.stream().anyMatch(path -> !path.isAbsolute())) {
                throw new IllegalArgumentException(
                        "group " + name + ": files." + tree + " has absolute paths, at least one, not " + paths);
            }
            trees.put(tree, List.copyOf(paths));
        });
        files = java.util.Collections.unmodifiableMap(trees);
        List<String> members = new ArrayList<>(databases);
        members.addAll(files.keySet());
        if (members.size() < 2 || Set.copyOf(members).size() < members.size()) {
            throw new IllegalArgumentException(
                    "group " + name + " has two members at least, each with a name of its own, not " + members);
        }
    }

    public ConsistencyGroup(String name, List<String> databases, Map<String, List<Path>> files) {
        this(name, databases, Set.of(), files);
    }

    /** Databases first. */
    public List<String> members() {
        List<String> members = new ArrayList<>(databases);
        members.addAll(files.keySet());
        return members;
    }
}
