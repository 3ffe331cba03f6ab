package io.saddlebag.dataset;

import java.util.List;

/**
 * What a dataset takes from one host.
 *
 * @param paths in the order of the file
 * @param withCatalog whether Saddlebag's own catalog and configuration belong to it
 */
public record HostSelection(
        String host,
        List<Selection> paths,
        boolean withCatalog,
        List<DatasetCommand> before,
        List<DatasetCommand> after) {
    public HostSelection {
        paths = List.copyOf(paths);
        before = List.copyOf(before);
        after = List.copyOf(after);
    }
}
