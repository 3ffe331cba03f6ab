package io.saddlebag.recoverability;

import java.util.Set;
import java.util.TreeSet;

/**
 * Media and keys that are taken to be gone (C11).
 *
 * @param volumes their ids
 * @param pools their configured names, with everything in them
 * @param keys their ids, as {@code saddlebag lsbu} shows them
 */
public record Without(Set<String> volumes, Set<String> pools, Set<String> keys) {
    /** Everything is there. */
    public static final Without NOTHING = new Without(Set.of(), Set.of(), Set.of());

    public Without {
        volumes = Set.copyOf(volumes);
        pools = Set.copyOf(pools);
        keys = Set.copyOf(keys);
    }

    public boolean isNothing() {
        return volumes.isEmpty() && pools.isEmpty() && keys.isEmpty();
    }

    /** For people: {@code volume full-000029, pool disk}. */
    @Override
    public String toString() {
        TreeSet<String> all = new TreeSet<>();
        volumes.forEach(each -> all.add("volume " + each));
        pools.forEach(each -> all.add("pool " + each));
        keys.forEach(each -> all.add("key " + each));
        return String.join(", ", all);
    }
}
