package io.saddlebag.camel.folder;

import io.saddlebag.camel.folder.Block.Kind;
import io.saddlebag.camel.folder.Block.Named;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.camel.support.PatternHelper;
import org.jspecify.annotations.Nullable;

/**
 * The files of a folder as they would stand together, at most one version of each. The order matters where two declare
 * the same id: the earlier one has it.
 */
final class RouteWorld {
    private final Map<Path, RouteDocument> documents = new LinkedHashMap<>();

    RouteWorld(Collection<RouteDocument> documents) {
        documents.forEach(document -> this.documents.put(document.file(), document));
    }

    /** The same with some files changed; a null is a file that isn't there any more. */
    RouteWorld with(Map<Path, @Nullable RouteDocument> changes) {
        List<RouteDocument> changed = new ArrayList<>();
        documents.values().stream()
                .filter(document -> !changes.containsKey(document.file()))
                .forEach(changed::add);
        changes.values().stream().filter(Objects::nonNull).forEach(changed::add);
        return new RouteWorld(changed);
    }

    Collection<RouteDocument> documents() {
        return documents.values();
    }

    @Nullable
    RouteDocument get(Path file) {
        return documents.get(file);
    }

    List<RouteDocument> providers() {
        return documents.values().stream()
                .filter(RouteDocument::provides)
                .sorted(Comparator.comparingInt(RouteDocument::rank))
                .toList();
    }

    record Declared(RouteDocument document, Block block) {}

    @Nullable
    Declared template(String id) {
        return find(Kind.TEMPLATE, id);
    }

    private @Nullable Declared find(Kind kind, String id) {
        for (RouteDocument document : documents.values()) {
            for (Block block : document.blocks(kind)) {
                if (id.equals(block.id())) {
                    return new Declared(document, block);
                }
            }
        }
        return null;
    }

    /** The configurations that a name or pattern means; Camel applies those without id when a route names none. */
    List<Declared> configurations(@Nullable String pattern) {
        List<Declared> found = new ArrayList<>();
        for (RouteDocument document : documents.values()) {
            for (Block block : document.blocks(Kind.CONFIGURATION)) {
                boolean meant = pattern == null
                        ? block.id() == null
                        : block.id() != null && PatternHelper.matchPattern(block.id(), pattern);
                if (meant) {
                    found.add(new Declared(document, block));
                }
            }
        }
        return found;
    }

    /** The other files that a file is built with: its templates, route configurations and beans, and what those need. */
    Set<RouteDocument> needs(RouteDocument document) {
        Set<RouteDocument> needed = new LinkedHashSet<>();
        addNeeds(document, needed);
        needed.remove(document);
        return needed;
    }

    private void addNeeds(RouteDocument document, Set<RouteDocument> needed) {
        Set<RouteDocument> direct = new LinkedHashSet<>();
        for (Block block : document.blocks()) {
            if (block.template() != null) {
                Declared template = template(block.template());
                if (template != null) {
                    direct.add(template.document());
                }
            }
            if (block.is(Kind.ROUTE) || block.is(Kind.TEMPLATE)) {
                configurationsOf(block).forEach(declared -> direct.add(declared.document()));
            }
        }
        for (RouteDocument other : documents.values()) {
            if (!other.beans().isEmpty() && document.mentions(text -> mentionsBean(text, other.beans()))) {
                direct.add(other);
            }
        }
        for (RouteDocument next : direct) {
            if (needed.add(next)) {
                addNeeds(next, needed);
            }
        }
    }

    List<Declared> configurationsOf(Block route) {
        if (route.configurations().isEmpty()) {
            return configurations(null);
        }
        List<Declared> found = new ArrayList<>();
        for (Named named : route.configurations()) {
            found.addAll(configurations(named.name()));
        }
        return found;
    }

    private static boolean mentionsBean(String text, Set<String> beans) {
        for (String bean : beans) {
            if (text.equals(bean)
                    || text.equals("#" + bean)
                    || text.equals("#bean:" + bean)
                    || text.contains("bean:" + bean)
                    || text.contains("=#" + bean)) {
                return true;
            }
        }
        return false;
    }
}
