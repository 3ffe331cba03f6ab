package io.saddlebag.backup;

import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.dataset.Selection;
import io.saddlebag.host.HostFiles;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a job knows of the source of its image.
 *
 * @param database null for plain files
 * @param components of all the databases
 * @param facts what the databases add to the backup's
 * @param lateFiles known only when all else has been read
 * @param damage what it means for a database when a file can't be read as promised
 * @param selections nothing but these of the paths; empty for all
 * @param files read through these
 * @param instead what is read instead of some of the source's files, by their paths
 */
record SourceParts(
        @Nullable String database,
        List<DatabaseComponent> components,
        Map<String, String> facts,
        LateFiles lateFiles,
        CatalogFiller.Damage damage,
        List<Selection> selections,
        HostFiles files,
        Map<Path, Path> instead) {
    SourceParts(
            @Nullable String database,
            List<DatabaseComponent> components,
            Map<String, String> facts,
            LateFiles lateFiles,
            CatalogFiller.Damage damage,
            List<Selection> selections,
            HostFiles files) {
        this(database, components, facts, lateFiles, damage, selections, files, Map.of());
    }

    SourceParts reading(Map<Path, Path> others) {
        return new SourceParts(database, components, facts, lateFiles, damage, selections, files, others);
    }

    /** The tree whose frozen view is read as that source. */
    FileTree.Root root(Path source, Path frozen) {
        return new FileTree.Root(
                source,
                frozen,
                names(source, DatabaseComponent::transientNames),
                names(source, DatabaseComponent::emptied),
                selections.stream()
                        .filter(selection -> Path.of(selection.path()).equals(source))
                        .findFirst()
                        .orElse(null),
                instead);
    }

    private Set<String> names(Path source, Function<DatabaseComponent, ? extends Collection<String>> which) {
        return components.stream()
                .filter(component -> component.path().equals(source))
                .flatMap(component -> which.apply(component).stream())
                .collect(Collectors.toUnmodifiableSet());
    }
}
