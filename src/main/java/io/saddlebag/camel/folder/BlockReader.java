package io.saddlebag.camel.folder;

import io.saddlebag.camel.folder.Block.Kind;
import io.saddlebag.camel.folder.Block.Named;
import io.saddlebag.camel.folder.Block.Parameter;
import io.saddlebag.camel.folder.EndpointUse.Option;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;

/** Finds what one top-level entry of a file declares. */
final class BlockReader {
    private static final Map<String, Kind> KINDS = Map.of(
            "routeConfiguration", Kind.CONFIGURATION,
            "routeTemplate", Kind.TEMPLATE,
            "route", Kind.ROUTE,
            "from", Kind.ROUTE,
            "templatedRoute", Kind.INSTANCE);

    /** Steps that may be written as {@code to: "direct:x"}. */
    private static final Set<String> SHORT_URIS = Set.of("from", "to", "toD", "wireTap", "poll");

    private static final Set<String> ERROR_HANDLING = Set.of("onException", "errorHandler", "errorHandlerRef", "doTry");

    private BlockReader() {}

    static List<Block> read(Node item) {
        List<Block> blocks = new ArrayList<>();
        for (NodeTuple tuple : YamlNodes.tuples(item)) {
            Kind kind = KINDS.get(YamlNodes.key(tuple));
            if (kind != null) {
                // "- from:" is a route without the word, so its from is the entry itself
                Node body = YamlNodes.key(tuple).equals("from") ? item : tuple.getValueNode();
                blocks.add(read(kind, body, Place.of(tuple.getKeyNode())));
            }
        }
        return blocks;
    }

    private static Block read(Kind kind, Node body, Place place) {
        Node route =
                kind == Kind.TEMPLATE && YamlNodes.field(body, "route") != null ? YamlNodes.field(body, "route") : body;
        String id = YamlNodes.text(body, kind == Kind.INSTANCE ? "routeId" : "id");
        return new Block(
                kind,
                id,
                idPlace(kind, body, place),
                YamlNodes.text(body, "routeTemplateRef"),
                handlesErrors(body),
                configurations(route),
                parameters(kind, body),
                endpoints(body),
                beans(body),
                !YamlNodes.scalars(body, text -> text.contains("CamelExecExitValue"))
                        .isEmpty());
    }

    private static Place idPlace(Kind kind, Node body, Place place) {
        Node id = YamlNodes.field(body, kind == Kind.INSTANCE ? "routeId" : "id");
        return id == null ? place : Place.of(id);
    }

    static Set<String> declaredBeans(Node item) {
        Set<String> names = new LinkedHashSet<>();
        for (Node bean : YamlNodes.items(YamlNodes.field(item, "beans"))) {
            String name = YamlNodes.text(bean, "name");
            if (name != null) {
                names.add(name);
            }
        }
        return names;
    }

    static boolean handlesErrorsOfFile(Node item) {
        return YamlNodes.field(item, "onException") != null || YamlNodes.field(item, "errorHandler") != null;
    }

    private static boolean handlesErrors(Node body) {
        List<NodeTuple> found = new ArrayList<>();
        YamlNodes.walk(body, (mapping, tuple) -> {
            if (ERROR_HANDLING.contains(YamlNodes.key(tuple))) {
                found.add(tuple);
            }
        });
        return !found.isEmpty();
    }

    private static List<Named> configurations(@Nullable Node route) {
        Node node = YamlNodes.field(route, "routeConfigurationId");
        String ids = YamlNodes.text(node);
        if (node == null || ids == null) {
            return List.of();
        }
        List<Named> named = new ArrayList<>();
        for (String id : ids.split(",")) {
            named.add(new Named(id.strip(), Place.of(node)));
        }
        return named;
    }

    private static Map<String, Parameter> parameters(Kind kind, Node body) {
        Map<String, Parameter> parameters = new LinkedHashMap<>();
        if (kind != Kind.TEMPLATE && kind != Kind.INSTANCE) {
            return parameters;
        }
        for (Node item : YamlNodes.items(YamlNodes.field(body, "parameters"))) {
            String name = YamlNodes.text(item, "name");
            if (name != null) {
                String value = YamlNodes.text(item, kind == Kind.TEMPLATE ? "defaultValue" : "value");
                boolean required = value == null && !"false".equals(YamlNodes.text(item, "required"));
                parameters.put(name, new Parameter(value, required, Place.of(item)));
            }
        }
        return parameters;
    }

    private static List<EndpointUse> endpoints(Node body) {
        List<EndpointUse> uses = new ArrayList<>();
        YamlNodes.walk(body, (mapping, tuple) -> {
            String key = YamlNodes.key(tuple);
            Node value = tuple.getValueNode();
            String uri = YamlNodes.text(value);
            if (uri != null && SHORT_URIS.contains(key)) {
                uses.add(endpoint(key.equals("from"), uri, value, null));
            } else if (YamlNodes.text(value, "uri") != null) {
                Node at = YamlNodes.field(value, "uri");
                String given = YamlNodes.text(value, "uri");
                if (at != null && given != null) {
                    uses.add(endpoint(key.equals("from"), given, at, YamlNodes.field(value, "parameters")));
                }
            }
        });
        return uses;
    }

    private static EndpointUse endpoint(boolean consumes, String uri, Node at, @Nullable Node parameters) {
        Map<String, Option> options = new LinkedHashMap<>();
        for (NodeTuple tuple : YamlNodes.tuples(parameters)) {
            String name = YamlNodes.text(tuple.getKeyNode());
            String value = YamlNodes.text(tuple.getValueNode());
            if (name != null && value != null) {
                options.put(name, new Option(value, Place.of(tuple.getKeyNode())));
            }
        }
        return EndpointUse.of(consumes, uri, Place.of(at), options);
    }

    private static List<Named> beans(Node body) {
        List<Named> beans = new ArrayList<>();
        YamlNodes.walk(body, (mapping, tuple) -> {
            String key = YamlNodes.key(tuple);
            Node ref = YamlNodes.field(tuple.getValueNode(), "ref");
            String name = YamlNodes.text(ref);
            if (ref != null && name != null && (key.equals("bean") || key.equals("process"))) {
                beans.add(new Named(name, Place.of(ref)));
            }
        });
        return beans;
    }
}
