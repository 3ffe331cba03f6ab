package io.saddlebag.snapshot;

import io.saddlebag.fault.BackupException;
import io.saddlebag.snapshot.SnapshotProvider.Suitability;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The snapshot providers of this machine, and the choice among them (W11). Thread-safe. */
public final class SnapshotProviders {
    /** In route files: the first provider that will do. */
    public static final String AUTO = "auto";

    private final List<SnapshotProvider> providers;
    private final SnapshotSet set;

    /** @param providers in order of preference */
    public SnapshotProviders(List<SnapshotProvider> providers) {
        this.providers = List.copyOf(providers);
        this.set = new SnapshotSet(
                providers.stream().filter(SnapshotProvider::independent).toList());
    }

    /**
     * What was chosen and why.
     *
     * @param consistency of one snapshot of all the paths
     * @param reason for people
     * @param others why not the ones before it, by name, in order of preference
     */
    public record Choice(
            SnapshotProvider provider, Consistency consistency, String reason, Map<String, String> others) {}

    /** All of them, in order of preference; without {@link SnapshotSet}, which is made of them. */
    public List<SnapshotProvider> all() {
        return providers;
    }

    /** Whatever may have made a snapshot, by name. */
    public Map<String, SnapshotProvider> byName() {
        Map<String, SnapshotProvider> byName = new LinkedHashMap<>();
        providers.forEach(provider -> byName.put(provider.name(), provider));
        byName.put(set.name(), set);
        return byName;
    }

    /**
     * The provider of a name, for releasing what it made.
     *
     * @throws BackupException {@link SnapshotFault#UNSUITABLE} when there is none
     */
    public SnapshotProvider named(String name) throws BackupException {
        SnapshotProvider known = byName().get(name);
        if (known == null) {
            throw new BackupException(
                    SnapshotFault.UNSUITABLE,
                    "there is no snapshot provider '" + name + "'",
                    "Choose one of " + String.join(", ", byName().keySet()) + ", or " + AUTO + ".");
        }
        return known;
    }

    /**
     * Chooses for paths that shall be frozen together. Nothing is frozen yet, but providers try out what they need.
     *
     * @param wanted a provider's name, or {@link #AUTO}
     * @param required the least that the workflow can do with
     * @throws BackupException {@link SnapshotFault#TOO_WEAK} when what would work isn't consistent enough,
     *     {@link SnapshotFault#UNSUITABLE} when nothing works, each with every provider's reason
     */
    public Choice choose(String wanted, List<Path> paths, Consistency required) throws IOException {
        if (paths.isEmpty()) {
            throw new IllegalArgumentException("a snapshot has at least one path");
        }
        Refusals refusals = new Refusals(new LinkedHashMap<>(), new ArrayList<>());
        for (SnapshotProvider provider : candidates(wanted, paths, required)) {
            Optional<Choice> choice = attempt(provider, paths, required, refusals);
            if (choice.isPresent()) {
                return choice.get();
            }
        }
        throw refusal(paths, required, refusals.reasons(), refusals.weak());
    }

    /** Several providers together come last: their parts are of different instants. */
    private List<SnapshotProvider> candidates(String wanted, List<Path> paths, Consistency required)
            throws BackupException {
        if (!wanted.equals(AUTO)) {
            return List.of(named(wanted));
        }
        List<SnapshotProvider> candidates = new ArrayList<>(providers);
        if (paths.size() > 1 && set.consistency().compareTo(required) >= 0) {
            candidates.add(set);
        }
        return candidates;
    }

    private record Refusals(Map<String, String> reasons, List<String> weak) {}

    private static Optional<Choice> attempt(
            SnapshotProvider provider, List<Path> paths, Consistency required, Refusals refusals) throws IOException {
        if (provider.consistency().compareTo(required) < 0) {
            // before anything is tried out on the file system
            refusals.weak().add(provider.name());
            refusals.reasons().put(provider.name(), "gives " + provider.consistency() + ", needed is " + required);
            return Optional.empty();
        }
        List<Suitability> answers = new ArrayList<>();
        for (Path path : paths) {
            answers.add(provider.suitability(path));
        }
        String unsuitable = answers.stream()
                .filter(answer -> !answer.suitable())
                .map(Suitability::reason)
                .distinct()
                .collect(Collectors.joining("; "));
        if (!unsuitable.isEmpty()) {
            refusals.reasons().put(provider.name(), unsuitable);
            return Optional.empty();
        }
        Suitability together = provider.together(paths);
        if (!together.suitable()) {
            refusals.reasons().put(provider.name(), together.reason());
            return Optional.empty();
        }
        Consistency given = provider.consistency(paths);
        if (given.compareTo(required) < 0) {
            refusals.weak().add(provider.name());
            refusals.reasons()
                    .put(provider.name(), "gives " + given + " for these paths together, needed is " + required);
            return Optional.empty();
        }
        String reason = answers.stream().map(Suitability::reason).distinct().collect(Collectors.joining("; "));
        return Optional.of(new Choice(
                provider, given, reason, Collections.unmodifiableMap(new LinkedHashMap<>(refusals.reasons()))));
    }

    private static BackupException refusal(
            List<Path> paths, Consistency required, Map<String, String> refused, List<String> weak) {
        String reasons = refused.entrySet().stream()
                .map(entry -> entry.getKey() + ": " + entry.getValue())
                .collect(Collectors.joining("\n  ", "\n  ", ""));
        if (weak.isEmpty()) {
            return new BackupException(
                    SnapshotFault.UNSUITABLE,
                    "no snapshot provider works for " + paths + reasons,
                    "Move the data to a file system that can (Btrfs, XFS), or stop the source and use provider none.");
        }
        return new BackupException(
                SnapshotFault.TOO_WEAK,
                "no snapshot provider gives " + required + " for " + paths + reasons,
                "Keep the source stopped until the image is written, put it in backup mode, or move it to a file system"
                        + " with a better provider.");
    }
}
