package io.saddlebag.camel.folder;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Decides which of several changed files are taken. A file that is wrong is refused, and so is one that breaks another
 * which didn't change; the others are taken as if the refused ones had never been touched.
 */
final class Admission {
    private final RouteLint lint;
    private final RouteWorld before;
    private final HostView host;
    private final Map<Path, List<Finding>> refused = new LinkedHashMap<>();
    private final Set<Path> orphans = new TreeSet<>();

    /**
     * @param taken the changes to carry out; null is a deletion
     * @param refused why, by file; also unchanged files that a deletion leaves without what they need
     * @param found what was found in the files that are taken: warnings
     */
    record Outcome(
            Map<Path, @Nullable RouteDocument> taken,
            Map<Path, List<Finding>> refused,
            Map<Path, List<Finding>> found) {}

    Admission(RouteLint lint, RouteWorld before, HostView host) {
        this.lint = lint;
        this.before = before;
        this.host = host;
    }

    Outcome decide(Map<Path, @Nullable RouteDocument> changes) {
        Map<Path, @Nullable RouteDocument> left = new TreeMap<>(changes);
        // each round refuses at least one file
        while (true) {
            RouteWorld after = before.with(left);
            Map<Path, List<Finding>> found = lint.check(after, affected(after, left), host);
            Map<Path, List<Finding>> bad = new LinkedHashMap<>();
            found.forEach((file, findings) -> {
                if (left.containsKey(file) && hasError(findings)) {
                    bad.put(file, findings);
                }
            });
            if (bad.isEmpty()) {
                bad.putAll(blame(after, left, found));
            }
            if (bad.isEmpty()) {
                return new Outcome(left, refused, found);
            }
            refused.putAll(bad);
            left.keySet().removeAll(bad.keySet());
        }
    }

    private Set<Path> affected(RouteWorld after, Map<Path, @Nullable RouteDocument> changes) {
        Set<Path> affected = new TreeSet<>();
        for (RouteDocument document : after.documents()) {
            Path file = document.file();
            RouteDocument old = before.get(file);
            boolean changed = changes.containsKey(file);
            if (changed || old == null || !after.needs(document).equals(before.needs(old))) {
                affected.add(file);
            }
        }
        return affected;
    }

    /** Unchanged files that are wrong now: the changed ones they need are to blame, but never a deletion. */
    private Map<Path, List<Finding>> blame(
            RouteWorld after, Map<Path, @Nullable RouteDocument> changes, Map<Path, List<Finding>> found) {
        Map<Path, List<Finding>> blamed = new LinkedHashMap<>();
        found.forEach((file, findings) -> {
            RouteDocument victim = after.get(file);
            if (changes.containsKey(file) || orphans.contains(file) || victim == null || !hasError(findings)) {
                return;
            }
            List<RouteDocument> needs = new ArrayList<>(after.needs(victim));
            needs.addAll(before.needs(victim));
            boolean changedNeed = false;
            for (RouteDocument need : needs) {
                RouteDocument changed = changes.get(need.file());
                if (changed != null) {
                    changedNeed = true;
                    blamed.put(need.file(), List.of(breaks(changed, findings)));
                }
            }
            if (!changedNeed) {
                orphans.add(file);
                refused.putIfAbsent(file, findings);
            }
        });
        return blamed;
    }

    private static Finding breaks(RouteDocument changed, List<Finding> findings) {
        Finding first = findings.stream().filter(Finding::isError).findFirst().orElseThrow();
        return Finding.at(
                changed.file(),
                changed.blocks().isEmpty()
                        ? Place.UNKNOWN
                        : changed.blocks().get(0).place(),
                RouteRule.BREAKS_OTHER_FILE,
                "with it " + first.where() + " would be wrong: " + first.message(),
                "Change both files, or keep what the other one needs.");
    }

    private static boolean hasError(List<Finding> findings) {
        return findings.stream().anyMatch(Finding::isError);
    }
}
