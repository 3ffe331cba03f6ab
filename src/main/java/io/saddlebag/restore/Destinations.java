package io.saddlebag.restore;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where the parts of a backup go (C7). Pure: of two places for one object the one with the longer source wins. */
final class Destinations {
    private Destinations() {}

    /**
     * The source's parts and their places, the longest source first.
     *
     * @param roots what goes to its old place, when the request doesn't say otherwise
     */
    static List<Placement.Pair> of(RestoreRequest request, List<Path> roots) {
        return of(request.mappings(), request.target(), roots);
    }

    /** @param target for what isn't mapped; null for its old place */
    static List<Placement.Pair> of(List<PathMapping> mappings, @Nullable Path target, List<Path> roots) {
        List<Placement.Pair> pairs = new ArrayList<>();
        mappings.forEach(each -> pairs.add(new Placement.Pair(each.from(), each.to())));
        if (target != null) {
            pairs.add(new Placement.Pair(Path.of("/"), target.toAbsolutePath().normalize()));
        } else {
            roots.forEach(root -> pairs.add(new Placement.Pair(root, root)));
        }
        Set<Path> sources = new HashSet<>();
        // a mapping of a whole root takes the place of the root's own, which stands behind it
        pairs.removeIf(pair -> !sources.add(pair.source()));
        pairs.sort(Comparator.comparing((Placement.Pair pair) -> pair.source().getNameCount())
                .reversed());
        return List.copyOf(pairs);
    }

    /** The folders that get something. */
    static List<Path> places(List<Placement.Pair> pairs) {
        return pairs.stream().map(Placement.Pair::target).distinct().toList();
    }
}
