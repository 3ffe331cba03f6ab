package io.saddlebag.dataset;

import java.util.List;

/** A statement of a dataset file, with the block that belongs to it. */
sealed interface Statement {
    Place at();

    record IncludeHost(Place at, String host, List<Statement> block) implements Statement {}

    record IncludePath(Place at, String path, List<Statement> block) implements Statement {}

    record IncludeDataset(Place at, String name) implements Statement {}

    record IncludeCatalog(Place at) implements Statement {}

    record ExcludePath(Place at, String path) implements Statement {}

    record ExcludeName(Place at, NamePattern pattern) implements Statement {}

    record Cross(Place at, MountPoints which) implements Statement {}

    record Run(Place at, DatasetCommand.When when, DatasetCommand command) implements Statement {}
}
