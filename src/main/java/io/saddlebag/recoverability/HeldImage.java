package io.saddlebag.recoverability;

import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * An image and what is needed to read it.
 *
 * @param backup its number in the catalog
 * @param copies of which any one is enough; none when it is lost
 * @param keys ids, of which any one opens it; empty when it isn't encrypted
 */
record HeldImage(long backup, List<Copy> copies, Set<String> keys) {
    HeldImage {
        copies = List.copyOf(copies);
        keys = Set.copyOf(keys);
    }

    /**
     * One copy, all of whose parts are needed.
     *
     * @param volumes ids; empty for one in pools
     * @param pools names; empty for one on volumes
     */
    record Copy(Set<String> volumes, Set<String> pools) {
        Copy {
            volumes = Set.copyOf(volumes);
            pools = Set.copyOf(pools);
        }

        boolean isReadable(Without without) {
            return Collections.disjoint(volumes, without.volumes()) && Collections.disjoint(pools, without.pools());
        }
    }

    boolean isReadable(Without without) {
        boolean opens = keys.isEmpty() || !without.keys().containsAll(keys);
        return opens && copies.stream().anyMatch(copy -> copy.isReadable(without));
    }
}
