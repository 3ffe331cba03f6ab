package io.saddlebag.app.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.saddlebag.group.ConsistencyGroup;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A consistency group (W23).
 *
 * @param databases in the order in which they are stopped or frozen
 * @param stopped those that are stopped for an online backup, too
 * @param files absolute paths of trees, by the name of their backup
 */
public record GroupConfig(List<String> databases, List<String> stopped, Map<String, List<String>> files) {
    public GroupConfig(
            @JsonProperty("databases") @Nullable List<String> databases,
            @JsonProperty("stopped") @Nullable List<String> stopped,
            @JsonProperty("files") @Nullable Map<String, List<String>> files) {
        this.databases = databases == null ? List.of() : List.copyOf(databases);
        this.stopped = stopped == null ? List.of() : List.copyOf(stopped);
        this.files = files == null ? Map.of() : new LinkedHashMap<>(files);
    }

    ConsistencyGroup group(String name) {
        Map<String, List<Path>> trees = new LinkedHashMap<>();
        files.forEach(
                (tree, paths) -> trees.put(tree, paths.stream().map(Path::of).toList()));
        return new ConsistencyGroup(name, databases, new LinkedHashSet<>(stopped), trees);
    }
}
