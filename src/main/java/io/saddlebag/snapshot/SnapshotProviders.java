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
import java.util.stream.Collectors;

/** The snapshot providers of this machine, and the choice among them (W11). Thread-safe. */
public final class SnapshotProviders {
    /** In route files: the first provider that will do. */
    public static final String AUTO = "auto";

    private final List<SnapshotProvider> providers;

    /** @param providers in order of preference */
    public SnapshotProviders(List<SnapshotProvider> providers) {
        this.providers = List.copyOf(providers);
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

    /** All of them, in order of preference. */
    public List<SnapshotProvider> all() {
        return providers;
    }

    /**
     * The provider of a name, for releasing what it made.
     *
     * @throws BackupException {@link SnapshotFault#UNSUITABLE} when there is none
     */
    public SnapshotProvider named(String name) throws BackupException {
        for (SnapshotProvider provider : providers) {
            if (provider.name().equals(name)) {
                return provider;
            }
        }
        throw new BackupException(
                SnapshotFault.UNSUITABLE,
                "there is no snapshot provider '" + name + "'",
                "Choose one of " + names() + ", or " + AUTO + ".");
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
        List<SnapshotProvider> candidates = wanted.equals(AUTO) ? providers : List.of(named(wanted));
        Map<String, String> refused = new LinkedHashMap<>();
        List<String> weak = new ArrayList<>();
        for (SnapshotProvider provider : candidates) {
            if (provider.consistency().compareTo(required) < 0) {
                // before anything is tried out on the file system
                weak.add(provider.name());
                refused.put(provider.name(), "gives " + provider.consistency() + ", needed is " + required);
                continue;
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
                refused.put(provider.name(), unsuitable);
                continue;
            }
            Consistency given = provider.consistency(paths);
            if (given.compareTo(required) < 0) {
                weak.add(provider.name());
                refused.put(provider.name(), "gives " + given + " for these paths together, needed is " + required);
                continue;
            }
            return new Choice(provider, given, answers.get(0).reason(), Collections.unmodifiableMap(refused));
        }
        throw refusal(paths, required, refused, weak);
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

    private String names() {
        return providers.stream().map(SnapshotProvider::name).collect(Collectors.joining(", "));
    }
}
