package io.saddlebag.snapshot.zfs;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.ProcessFault;
import io.saddlebag.host.Processes;
import io.saddlebag.host.Waiter;
import io.saddlebag.posix.MountPoint;
import io.saddlebag.posix.Posix;
import io.saddlebag.snapshot.Consistency;
import io.saddlebag.snapshot.ProviderProgram;
import io.saddlebag.snapshot.RoomGauge;
import io.saddlebag.snapshot.Snapshot;
import io.saddlebag.snapshot.SnapshotFailure;
import io.saddlebag.snapshot.SnapshotFault;
import io.saddlebag.snapshot.SnapshotProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Snapshots of ZFS datasets, read where ZFS shows them ({@code .zfs/snapshot}). All datasets of one pool are snapshotted by
 * one command, and so are of one instant, with everything that was written before it; pools follow one after another, so
 * together they are consistent only while the source stands still.
 *
 * <p>Each snapshot carries a hold, so that nobody's clean-up destroys it before it is released. Datasets mounted below a path
 * are seen as empty folders. Thread-safe.
 */
public final class ZfsSnapshots implements SnapshotProvider {
    private static final String TYPE = "zfs";
    private static final String NAME_PREFIX = "saddlebag-";
    private static final String HOLD = "saddlebag";
    private static final String DATASET = "dataset.";
    private static final String GUID = "guid.";

    /** What zfs says of a dataset, in the language that it is asked in. */
    private static final String UNKNOWN_DATASET = "dataset does not exist";

    private final Posix posix;
    private final HostFiles files;
    private final ProviderProgram zfs;
    private final Clock clock;
    private final Waiter waiter;

    public ZfsSnapshots(
            Posix posix, HostFiles files, Processes processes, Clock clock, Waiter waiter, ZfsSettings settings) {
        this.posix = posix;
        this.files = files;
        this.zfs = new ProviderProgram(processes, settings.program(), settings.timeout());
        this.clock = clock;
        this.waiter = waiter;
    }

    @Override
    public String name() {
        return "zfs";
    }

    @Override
    public Consistency consistency() {
        return Consistency.ATOMIC;
    }

    @Override
    public Consistency consistency(List<Path> paths) throws IOException {
        Set<String> pools = new LinkedHashSet<>();
        for (Path path : paths) {
            pools.add(poolOf(posix.mountOf(path.toRealPath()).source()));
        }
        return together(pools);
    }

    private static Consistency together(Set<String> pools) {
        return pools.size() <= 1 ? Consistency.ATOMIC : Consistency.PER_FILE;
    }

    private static String poolOf(String dataset) {
        int slash = dataset.indexOf('/');
        return slash < 0 ? dataset : dataset.substring(0, slash);
    }

    @Override
    public boolean independent() {
        return true;
    }

    /** Looked up, not tried: a trial would leave its trace in the pool's history. */
    @Override
    public Suitability suitability(Path path) throws IOException {
        MountPoint mount = posix.mountOf(path.toRealPath());
        if (!mount.fileSystem().equals(TYPE)) {
            return new Suitability(false, path + " is not in a ZFS dataset but on " + mount.fileSystem());
        }
        if (!mount.root().equals(Path.of("/")) || !DatasetSnapshot.isDataset(mount.source())) {
            return new Suitability(false, mount.path() + " shows a part of " + mount.source() + " only");
        }
        try {
            zfs.output(List.of("list", "-Hp", "-t", "filesystem", "-o", "name", mount.source()));
        } catch (BackupException e) {
            return new Suitability(
                    false, e.is(ProcessFault.CANNOT_START) ? "the program zfs is not installed here" : e.what());
        }
        return new Suitability(true, "snapshot of dataset " + mount.source());
    }

    @Override
    public Snapshot create(String id, List<Path> paths) throws IOException {
        Snapshot.checkId(id);
        Map<String, MountPoint> datasets = new LinkedHashMap<>();
        for (Path path : paths) {
            Suitability suitability = suitability(path);
            if (!suitability.suitable()) {
                throw SnapshotFailure.unsuitable(suitability.reason(), "Choose another snapshot provider.");
            }
            MountPoint mount = posix.mountOf(path.toRealPath());
            datasets.putIfAbsent(mount.source(), mount);
        }
        for (String dataset : datasets.keySet()) {
            if (existing(dataset, NAME_PREFIX + id).isPresent()) {
                throw new BackupException(
                        SnapshotFault.FAILED,
                        "snapshot " + id + " was not made: " + dataset + "@" + NAME_PREFIX + id + " exists",
                        "Release the snapshot of this id first, or choose another id.");
            }
        }
        try {
            return create(id, paths, datasets);
        } catch (IOException e) {
            try {
                ProviderProgram.undisturbed(() -> removeAll(id, datasets.keySet()));
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            throw SnapshotFailure.failed(id, paths, e);
        }
    }

    private Snapshot create(String id, List<Path> paths, Map<String, MountPoint> datasets) throws IOException {
        String name = NAME_PREFIX + id;
        Map<String, List<String>> byPool = new LinkedHashMap<>();
        for (String dataset : datasets.keySet()) {
            byPool.computeIfAbsent(poolOf(dataset), pool -> new ArrayList<>()).add(dataset + "@" + name);
        }
        Instant at = clock.instant();
        long start = waiter.nanos();
        for (List<String> together : byPool.values()) {
            zfs.output(command(List.of("snapshot"), together));
        }
        Duration took = Duration.ofNanos(waiter.nanos() - start);
        for (List<String> together : byPool.values()) {
            zfs.output(command(List.of("hold", HOLD), together));
        }
        Map<String, String> facts = new LinkedHashMap<>();
        for (String dataset : datasets.keySet()) {
            DatasetSnapshot made = existing(dataset, name)
                    .orElseThrow(() -> new IOException(
                            "zfs snapshot succeeded, but zfs list doesn't show " + dataset + "@" + name));
            int number = facts.size() / 2;
            facts.put(DATASET + number, dataset);
            facts.put(GUID + number, made.guid());
        }
        List<Snapshot.View> views = new ArrayList<>();
        for (Path path : paths) {
            Path real = path.toRealPath();
            Path top = posix.mountOf(real).path();
            Path shown = top.resolve(".zfs/snapshot").resolve(name).resolve(top.relativize(real));
            if (!files.exists(shown)) {
                throw new IOException("ZFS doesn't show " + shown + "; is automounting forbidden here?");
            }
            views.add(new Snapshot.View(path, shown));
        }
        return new Snapshot(id, name(), together(byPool.keySet()), true, at, took, views, facts);
    }

    private static List<String> command(List<String> first, List<String> names) {
        List<String> arguments = new ArrayList<>(first);
        arguments.addAll(names);
        return arguments;
    }

    @Override
    public RoomGauge room(List<Path> sources) throws IOException {
        return RoomGauge.ofFileSystems(posix, files, sources);
    }

    @Override
    public void requireIntact(Snapshot snapshot) throws IOException {
        for (int i = 0; snapshot.facts().containsKey(DATASET + i); i++) {
            String dataset = datasetOf(snapshot, i);
            String guid = snapshot.facts().get(GUID + i);
            Optional<DatasetSnapshot> there = existing(dataset, NAME_PREFIX + snapshot.id())
                    .filter(found -> found.guid().equals(guid));
            if (there.isEmpty()) {
                throw SnapshotFailure.lost(
                        snapshot.id(),
                        dataset + "@" + NAME_PREFIX + snapshot.id() + " is gone, or is another one now",
                        "Find out in 'zpool history " + poolOf(dataset) + "' who destroyed it, then repeat.");
            }
        }
    }

    @Override
    public void release(Snapshot snapshot) throws IOException {
        try {
            for (int i = 0; snapshot.facts().containsKey(DATASET + i); i++) {
                String dataset = datasetOf(snapshot, i);
                String guid = String.valueOf(snapshot.facts().get(GUID + i));
                Optional<DatasetSnapshot> there = existing(dataset, NAME_PREFIX + snapshot.id());
                if (there.isPresent() && !there.get().guid().equals(guid)) {
                    throw new IOException(there.get().fullName() + " is another one than was made, and stays");
                }
                if (there.isPresent()) {
                    destroy(there.get());
                }
            }
        } catch (IOException e) {
            throw SnapshotFailure.notReleased(snapshot.id(), e);
        }
    }

    /** Facts come from a catalog: what isn't a plain dataset's name could mean more to {@code zfs destroy}. */
    private static String datasetOf(Snapshot snapshot, int number) throws BackupException {
        String dataset = String.valueOf(snapshot.facts().get(DATASET + number));
        if (!DatasetSnapshot.isDataset(dataset)) {
            throw new BackupException(
                    SnapshotFault.NOT_RELEASED,
                    "snapshot " + snapshot.id() + " was not released: '" + dataset + "' is no dataset",
                    "Look at 'zfs list -t snapshot' for " + NAME_PREFIX + snapshot.id() + " and destroy it by hand.");
        }
        return dataset;
    }

    @Override
    public void discard(String id, List<Path> paths) throws IOException {
        Snapshot.checkId(id);
        Set<String> datasets = new LinkedHashSet<>();
        for (Path path : paths) {
            if (files.exists(path)) {
                MountPoint mount = posix.mountOf(path.toRealPath());
                if (mount.fileSystem().equals(TYPE) && DatasetSnapshot.isDataset(mount.source())) {
                    datasets.add(mount.source());
                }
            }
        }
        try {
            removeAll(id, datasets);
        } catch (IOException e) {
            throw SnapshotFailure.notReleased(id, e);
        }
    }

    private void removeAll(String id, Set<String> datasets) throws IOException {
        zfs.requireNoneRuns("@" + NAME_PREFIX + id);
        for (String dataset : datasets) {
            Optional<DatasetSnapshot> there = existing(dataset, NAME_PREFIX + id);
            if (there.isPresent()) {
                destroy(there.get());
            }
        }
    }

    private void destroy(DatasetSnapshot snapshot) throws IOException {
        if (snapshot.holds() > 0) {
            boolean held = zfs.output(List.of("holds", "-H", snapshot.fullName())).stream()
                    .anyMatch(line -> line.startsWith(snapshot.fullName() + "\t" + HOLD + "\t"));
            if (held) {
                zfs.output(List.of("release", HOLD, snapshot.fullName()));
            }
        }
        zfs.output(List.of("destroy", snapshot.fullName()));
    }

    private Optional<DatasetSnapshot> existing(String dataset, String name) throws IOException {
        ProviderProgram.Answer answer =
                zfs.ask(List.of("list", "-Hp", "-t", "snapshot", "-d", "1", "-o", DatasetSnapshot.COLUMNS, dataset));
        if (!answer.ok() && answer.lines().stream().anyMatch(line -> line.contains(UNKNOWN_DATASET))) {
            return Optional.empty();
        }
        if (!answer.ok()) {
            throw new IOException(
                    "zfs list " + dataset + " ended with " + answer.exitCode() + ": " + answer.lastWords());
        }
        return DatasetSnapshot.parse(answer.lines()).stream()
                .filter(snapshot ->
                        snapshot.dataset().equals(dataset) && snapshot.name().equals(name))
                .findFirst();
    }
}
