package io.saddlebag.camel.folder;

import io.saddlebag.camel.folder.Block.Kind;
import io.saddlebag.camel.folder.Block.Named;
import io.saddlebag.camel.folder.Block.Parameter;
import io.saddlebag.camel.folder.RouteWorld.Declared;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How the entries of the files fit together: ids, templates and their instances, error handling. */
final class StructureRules {
    private final RouteWorld world;
    private final HostView host;

    StructureRules(RouteWorld world, HostView host) {
        this.world = world;
        this.host = host;
    }

    List<Finding> check(RouteDocument document) {
        List<Finding> findings = new ArrayList<>();
        for (Block block : document.blocks()) {
            checkId(document, block, findings);
            if (block.is(Kind.INSTANCE)) {
                checkInstance(document, block, findings);
            }
            if (block.is(Kind.ROUTE) || block.is(Kind.TEMPLATE)) {
                checkErrorHandling(document, block, findings);
            }
        }
        return findings;
    }

    private void checkId(RouteDocument document, Block block, List<Finding> findings) {
        String id = block.id();
        if (id == null) {
            if (block.is(Kind.ROUTE) || block.is(Kind.INSTANCE)) {
                findings.add(Finding.at(
                        document.file(),
                        block.place(),
                        RouteRule.NO_ID,
                        "the route has no id, so Camel makes one up that changes with each start",
                        block.is(Kind.ROUTE) ? "Give it an 'id:', verb-noun." : "Give it a 'routeId:', verb-noun."));
            }
            return;
        }
        String other = earlier(document, block, id);
        if (other != null) {
            findings.add(Finding.at(
                    document.file(),
                    block.place(),
                    RouteRule.DUPLICATE_ID,
                    name(block.kind()) + " '" + id + "' is declared already, " + other,
                    "Give one of the two another id, or delete one."));
        }
    }

    private @Nullable String earlier(RouteDocument document, Block block, String id) {
        if (host.routes().contains(id) && space(block.kind()) == Kind.ROUTE) {
            return "by the application itself";
        }
        if (host.templates().contains(id) && block.is(Kind.TEMPLATE)) {
            return "by the application itself";
        }
        if (host.configurations().contains(id) && block.is(Kind.CONFIGURATION)) {
            return "by the application itself";
        }
        for (RouteDocument other : world.documents()) {
            for (Block candidate : other.blocks()) {
                if (other.equals(document) && candidate.equals(block)) {
                    return null;
                }
                if (id.equals(candidate.id()) && space(candidate.kind()) == space(block.kind())) {
                    String in = other.equals(document)
                            ? "line " + candidate.place().line()
                            : other + ":" + candidate.place().line();
                    return "in " + in;
                }
            }
        }
        return null;
    }

    private static Kind space(Kind kind) {
        return kind == Kind.INSTANCE ? Kind.ROUTE : kind;
    }

    private static String name(Kind kind) {
        return switch (kind) {
            case CONFIGURATION -> "route configuration";
            case TEMPLATE -> "route template";
            case ROUTE, INSTANCE -> "route";
        };
    }

    private void checkInstance(RouteDocument document, Block instance, List<Finding> findings) {
        String id = instance.template();
        if (id == null) {
            findings.add(Finding.at(
                    document.file(),
                    instance.place(),
                    RouteRule.UNKNOWN_TEMPLATE,
                    "the templated route names no template",
                    "Give it a 'routeTemplateRef:'."));
            return;
        }
        Declared template = world.template(id);
        if (template == null) {
            if (!host.templates().contains(id)) {
                findings.add(Finding.at(
                        document.file(),
                        instance.place(),
                        RouteRule.UNKNOWN_TEMPLATE,
                        "there is no route template '" + id + "'",
                        Suggestion.hint(id, templates())));
            }
            return;
        }
        checkParameters(document, instance, template, findings);
    }

    private static void checkParameters(
            RouteDocument document, Block instance, Declared template, List<Finding> findings) {
        Map<String, Parameter> declared = template.block().parameters();
        Set<String> missing = declared.entrySet().stream()
                .filter(entry -> entry.getValue().required())
                .map(Map.Entry::getKey)
                .filter(name -> !instance.parameters().containsKey(name))
                .collect(Collectors.toCollection(TreeSet::new));
        if (!missing.isEmpty()) {
            findings.add(Finding.at(
                    document.file(),
                    instance.place(),
                    RouteRule.MISSING_PARAMETER,
                    instance.label() + " lacks " + String.join(", ", missing) + ", which template '"
                            + instance.template() + "' in " + template.document() + " needs",
                    "Add '- { name: " + missing.iterator().next() + ", value: ... }' to its parameters."));
        }
        instance.parameters().forEach((name, parameter) -> {
            if (!declared.containsKey(name)) {
                findings.add(Finding.at(
                        document.file(),
                        parameter.place(),
                        RouteRule.UNKNOWN_OPTION,
                        "template '" + instance.template() + "' has no parameter '" + name + "'",
                        Suggestion.hint(name, declared.keySet())));
            }
        });
    }

    private Set<String> templates() {
        Set<String> ids = new TreeSet<>(host.templates());
        for (RouteDocument document : world.documents()) {
            document.blocks(Kind.TEMPLATE).stream().map(Block::id).forEach(id -> {
                if (id != null) {
                    ids.add(id);
                }
            });
        }
        return ids;
    }

    private void checkErrorHandling(RouteDocument document, Block route, List<Finding> findings) {
        boolean handled = route.handlesErrors() || (route.is(Kind.ROUTE) && document.handlesErrors());
        for (Named named : route.configurations()) {
            if (named.name().contains("{{")) {
                handled = true;
            } else if (known(named.name())) {
                handled = true;
            } else {
                findings.add(Finding.at(
                        document.file(),
                        named.place(),
                        RouteRule.UNKNOWN_CONFIGURATION,
                        "there is no route configuration '" + named.name()
                                + "', and Camel would run the route without any error handling",
                        Suggestion.hint(named.name(), configurations())));
                handled = true;
            }
        }
        if (route.configurations().isEmpty()) {
            handled |= host.handlesErrors()
                    || world.configurations(null).stream()
                            .anyMatch(declared -> declared.block().handlesErrors());
        }
        if (!handled) {
            findings.add(Finding.at(
                    document.file(),
                    route.place(),
                    RouteRule.NO_ERROR_HANDLER,
                    name(route.kind()) + " " + route.label() + " says nowhere what happens when a step fails",
                    "Add a 'routeConfigurationId:', or an 'errorHandler:', 'onException:' or 'doTry:'; or put a"
                            + " 'routeConfiguration:' without id into the folder, which is for all routes."));
        }
    }

    private boolean known(String pattern) {
        return !world.configurations(pattern).isEmpty()
                || host.configurations().stream()
                        .anyMatch(id -> org.apache.camel.support.PatternHelper.matchPattern(id, pattern));
    }

    private Set<String> configurations() {
        Set<String> ids = new TreeSet<>(host.configurations());
        world.configurations("*").forEach(declared -> {
            if (declared.block().id() != null) {
                ids.add(declared.block().id());
            }
        });
        return ids;
    }
}
