package io.saddlebag.camel.folder;

import org.snakeyaml.engine.v2.nodes.Node;

/** Where something stands in a file; both count from 1, and 0 is unknown. */
record Place(int line, int column) {
    static final Place UNKNOWN = new Place(0, 0);

    static Place of(Node node) {
        return node.getStartMark()
                .map(mark -> new Place(mark.getLine() + 1, mark.getColumn() + 1))
                .orElse(UNKNOWN);
    }
}
