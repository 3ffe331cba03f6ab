package io.saddlebag.camel.folder;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads a YAML tree that may be wrong anywhere: what isn't there, or isn't of the wanted kind, is null or empty. */
final class YamlNodes {
    /** Deeper than any route; ends the walk round an alias that contains itself. */
    private static final int MAX_DEPTH = 100;

    private YamlNodes() {}

    /** Camel takes {@code route-template} as well as {@code routeTemplate}. */
    static String key(NodeTuple tuple) {
        String key = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
        int dash = key.indexOf('-');
        while (dash >= 0 && dash + 1 < key.length()) {
            key = key.substring(0, dash)
                    + key.substring(dash + 1, dash + 2).toUpperCase(Locale.ROOT)
                    + key.substring(dash + 2);
            dash = key.indexOf('-');
        }
        return key;
    }

    static @Nullable Node field(@Nullable Node node, String name) {
        if (node instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                if (key(tuple).equals(name)) {
                    return tuple.getValueNode();
                }
            }
        }
        return null;
    }

    static @Nullable String text(@Nullable Node node) {
        return node instanceof ScalarNode scalar ? scalar.getValue() : null;
    }

    static @Nullable String text(@Nullable Node node, String field) {
        return text(field(node, field));
    }

    static List<NodeTuple> tuples(@Nullable Node node) {
        return node instanceof MappingNode mapping ? mapping.getValue() : List.of();
    }

    static List<Node> items(@Nullable Node node) {
        return node instanceof SequenceNode sequence ? sequence.getValue() : List.of();
    }

    /** Visits each mapping and, per entry, its normalised key. */
    static void walk(Node root, BiConsumer<MappingNode, NodeTuple> visitor) {
        walk(root, visitor, 0);
    }

    private static void walk(Node node, BiConsumer<MappingNode, NodeTuple> visitor, int depth) {
        if (depth > MAX_DEPTH) {
            return;
        }
        if (node instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                visitor.accept(mapping, tuple);
                walk(tuple.getValueNode(), visitor, depth + 1);
            }
        } else {
            for (Node item : items(node)) {
                walk(item, visitor, depth + 1);
            }
        }
    }

    /** The scalars below a node that somebody looks for, in the order of the text. */
    static List<ScalarNode> scalars(Node root, Predicate<String> wanted) {
        List<ScalarNode> found = new ArrayList<>();
        collect(root, wanted, found, 0);
        return found;
    }

    private static void collect(Node node, Predicate<String> wanted, List<ScalarNode> found, int depth) {
        if (depth > MAX_DEPTH) {
            return;
        }
        if (node instanceof ScalarNode scalar && wanted.test(scalar.getValue())) {
            found.add(scalar);
        }
        for (NodeTuple tuple : tuples(node)) {
            collect(tuple.getKeyNode(), wanted, found, depth + 1);
            collect(tuple.getValueNode(), wanted, found, depth + 1);
        }
        for (Node item : items(node)) {
            collect(item, wanted, found, depth + 1);
        }
    }
}
