package io.saddlebag.recoverability;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An incarnation with its ancestors, as far back as it is known where each went off the other (R9).
 *
 * @param target whose path it is
 * @param branches that lead to it, the oldest first; none when it is the oldest one known
 */
record Lineage(long target, List<Branch> branches) {
    Lineage {
        branches = List.copyOf(branches);
    }

    /** @param usable whether what is known of a branch is enough to follow it */
    static Lineage of(long target, List<Branch> known, Predicate<Branch> usable) {
        Deque<Branch> path = new ArrayDeque<>();
        Set<Long> seen = new HashSet<>(Set.of(target));
        long at = target;
        for (Branch up = up(at, known); up != null && usable.test(up) && seen.add(up.parent()); up = up(at, known)) {
            path.addFirst(up);
            at = up.parent();
        }
        return new Lineage(target, new ArrayList<>(path));
    }

    private static @Nullable Branch up(long incarnation, List<Branch> known) {
        return known.stream()
                .filter(each -> each.incarnation() == incarnation)
                .findFirst()
                .orElse(null);
    }

    boolean has(long incarnation) {
        return incarnation == target || off(incarnation) != null;
    }

    /** Where the path leaves that incarnation; null when it doesn't. */
    @Nullable
    Branch off(long incarnation) {
        return branches.stream()
                .filter(each -> each.parent() == incarnation)
                .findFirst()
                .orElse(null);
    }

    /** All on the path, the oldest first. */
    List<Long> incarnations() {
        List<Long> all = new ArrayList<>();
        branches.forEach(each -> all.add(each.parent()));
        all.add(target);
        return all;
    }
}
