package io.saddlebag.dataset;

import java.util.List;
import java.util.Set;

/**
 * A path to back up with everything below it but what is left out.
 *
 * @param path absolute, without a slash at its end
 * @param leftOut absolute paths
 * @param names of files and folders that are left out wherever they are
 * @param crosses which mounted file systems below belong to it
 */
public record Selection(String path, Set<String> leftOut, List<NamePattern> names, Set<MountPoints> crosses) {
    public Selection {
        leftOut = Set.copyOf(leftOut);
        names = List.copyOf(names);
        crosses = Set.copyOf(crosses);
    }

    /** Whether a path at or below this one, and what is below it, stays out. The path itself was asked for by name. */
    public boolean leavesOut(String absolute) {
        if (absolute.equals(path)) {
            return false;
        }
        String name = absolute.substring(absolute.lastIndexOf('/') + 1);
        return leftOut.contains(absolute) || names.stream().anyMatch(pattern -> pattern.matches(name));
    }
}
