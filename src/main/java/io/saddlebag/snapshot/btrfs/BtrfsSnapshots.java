package io.saddlebag.snapshot.btrfs;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.Waiter;
import io.saddlebag.posix.MountPoint;
import io.saddlebag.posix.Posix;
import io.saddlebag.snapshot.Consistency;
import io.saddlebag.snapshot.PreparedSnapshot;
import io.saddlebag.snapshot.RoomGauge;
import io.saddlebag.snapshot.Snapshot;
import io.saddlebag.snapshot.SnapshotFailure;
import io.saddlebag.snapshot.SnapshotPlace;
import io.saddlebag.snapshot.SnapshotProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A read-only snapshot of each subvolume that holds a path, made by the kernel in one transaction and without stopping
 * anybody. Paths in one subvolume are of one instant; several subvolumes are frozen one after another, so together they
 * are consistent only while the source stands still.
 *
 * <p>That instant is as after a power failure: whatever was made durable before (fsync) is in it, in its order, which is
 * what databases count on; of writes that were still in memory while others went on, some files may show later ones than
 * others. A source that stands still is in it completely.
 *
 * <p>A subvolume nested below a path isn't part of its snapshot. Such a path is refused, unless the nested one is asked
 * for as a path, too. Other file systems mounted below a path are seen as empty folders. Thread-safe.
 */
public final class BtrfsSnapshots implements SnapshotProvider {
    /** Nested subvolumes looked at; a path with more below it is refused. */
    private static final int NESTED_LIMIT = 10_000;

    private static final String FACT = "subvolume.";

    private final Posix posix;
    private final HostFiles files;
    private final Clock clock;
    private final Waiter waiter;
    private final AtomicLong trials = new AtomicLong();

    public BtrfsSnapshots(Posix posix, HostFiles files, Clock clock, Waiter waiter) {
        this.posix = posix;
        this.files = files;
        this.clock = clock;
        this.waiter = waiter;
    }

    @Override
    public String name() {
        return "btrfs";
    }

    @Override
    public Consistency consistency() {
        return Consistency.ATOMIC;
    }

    @Override
    public Consistency consistency(List<Path> paths) throws IOException {
        Set<Path> subvolumes = new LinkedHashSet<>();
        for (Path path : paths) {
            subvolumeOf(path.toRealPath()).ifPresent(subvolumes::add);
        }
        return subvolumes.size() <= 1 ? Consistency.ATOMIC : Consistency.PER_FILE;
    }

    @Override
    public boolean independent() {
        return true;
    }

    @Override
    public Suitability suitability(Path path) throws IOException {
        Path real = path.toRealPath();
        Optional<Path> subvolume = subvolumeOf(real);
        if (subvolume.isEmpty()) {
            MountPoint mount = posix.mountOf(real);
            return new Suitability(false, path + " is not in a Btrfs subvolume but on " + mount.fileSystem());
        }
        Path place = SnapshotPlace.beside(posix, subvolume.get());
        Path trial = place.resolveSibling(
                SnapshotPlace.FOLDER + "-trial-" + ProcessHandle.current().pid() + "-" + trials.incrementAndGet());
        try {
            posix.snapshotSubvolume(subvolume.get(), trial);
            posix.deleteSubvolume(trial);
        } catch (IOException e) {
            return new Suitability(false, subvolume.get() + " can't be snapshotted: " + e.getMessage());
        }
        return new Suitability(true, "read-only snapshot of subvolume " + subvolume.get());
    }

    @Override
    public Snapshot create(String id, List<Path> paths) throws IOException {
        try (PreparedSnapshot prepared = prepare(id, paths)) {
            prepared.take();
            return prepared.finish();
        }
    }

    /** Writing out what is dirty takes longer than the snapshot itself. */
    @Override
    public PreparedSnapshot prepare(String id, List<Path> paths) throws IOException {
        Snapshot.checkId(id);
        Map<Path, Path> realPaths = new LinkedHashMap<>();
        Map<Path, Path> subvolumes = new LinkedHashMap<>();
        for (Path path : paths) {
            Path real = path.toRealPath();
            Path subvolume = subvolumeOf(real).orElseThrow(() -> unsuitable(path + " is not in a Btrfs subvolume"));
            realPaths.put(path, real);
            subvolumes.put(real, subvolume);
        }
        for (Path real : realPaths.values()) {
            checkNested(real, new LinkedHashSet<>(realPaths.values()));
        }
        Prepared prepared = new Prepared(id, realPaths, subvolumes);
        try {
            prepared.makeFolders();
            return prepared;
        } catch (IOException e) {
            throw prepared.undone(e);
        }
    }

    private record Made(Instant at, Duration took) {}

    /** What is made, to be undone unless all of it is there in the end. */
    private final class Prepared implements PreparedSnapshot {
        private final String id;
        private final Map<Path, Path> realPaths;
        private final Map<Path, Path> subvolumes;
        private final Map<Path, Path> targets = new LinkedHashMap<>();
        private final Set<Path> folders = new LinkedHashSet<>();
        private final Map<Path, Path> snapshots = new LinkedHashMap<>();
        private @Nullable Made made;
        private boolean settled;

        Prepared(String id, Map<Path, Path> realPaths, Map<Path, Path> subvolumes) {
            this.id = id;
            this.realPaths = realPaths;
            this.subvolumes = subvolumes;
        }

        void makeFolders() throws IOException {
            for (Path subvolume : new LinkedHashSet<>(subvolumes.values())) {
                Path place = SnapshotPlace.beside(posix, subvolume);
                if (!folders.contains(place.resolve(id))) {
                    folders.add(SnapshotPlace.make(files, place, id));
                }
                targets.put(subvolume, place.resolve(id).resolve(Integer.toString(targets.size())));
            }
            for (Path subvolume : targets.keySet()) {
                // most of what is dirty goes out before, so that the snapshot itself is short
                posix.syncFileSystem(subvolume);
            }
        }

        @Override
        public void take() throws IOException {
            try {
                Instant at = clock.instant();
                long start = waiter.nanos();
                for (Map.Entry<Path, Path> target : targets.entrySet()) {
                    snapshots.put(target.getKey(), target.getValue());
                    posix.snapshotSubvolume(target.getKey(), target.getValue());
                }
                made = new Made(at, Duration.ofNanos(waiter.nanos() - start));
            } catch (IOException e) {
                throw SnapshotFailure.failed(id, List.copyOf(realPaths.keySet()), e);
            }
        }

        @Override
        public Snapshot finish() {
            Made taken = made;
            if (taken == null) {
                throw new IllegalStateException("snapshot " + id + " was not taken");
            }
            settled = true;
            return describe(id, realPaths, subvolumes, snapshots, taken);
        }

        IOException undone(IOException first) {
            try {
                close();
            } catch (IOException left) {
                first.addSuppressed(left);
            }
            return SnapshotFailure.failed(id, List.copyOf(realPaths.keySet()), first);
        }

        @Override
        public void close() throws IOException {
            if (!settled) {
                settled = true;
                delete(folders, snapshots.values());
            }
        }
    }

    private Snapshot describe(
            String id, Map<Path, Path> realPaths, Map<Path, Path> subvolumes, Map<Path, Path> snapshots, Made made) {
        List<Snapshot.View> views = new ArrayList<>();
        realPaths.forEach((path, real) -> {
            Path subvolume = subvolumes.getOrDefault(real, real);
            Path snapshot = snapshots.getOrDefault(subvolume, subvolume);
            views.add(new Snapshot.View(path, snapshot.resolve(subvolume.relativize(real))));
        });
        Map<String, String> facts = new LinkedHashMap<>();
        snapshots.values().forEach(snapshot -> facts.put(FACT + facts.size(), snapshot.toString()));
        Consistency consistency = snapshots.size() == 1 ? Consistency.ATOMIC : Consistency.PER_FILE;
        return new Snapshot(id, name(), consistency, true, made.at(), made.took(), views, facts);
    }

    @Override
    public RoomGauge room(List<Path> sources) throws IOException {
        return RoomGauge.ofFileSystems(posix, files, sources);
    }

    @Override
    public void requireIntact(Snapshot snapshot) throws IOException {
        for (int i = 0; snapshot.facts().containsKey(FACT + i); i++) {
            Path item = Path.of(snapshot.facts().get(FACT + i));
            if (!files.exists(item) || !posix.isSubvolume(item)) {
                throw SnapshotFailure.lost(
                        snapshot.id(),
                        item + " is no subvolume, or isn't there",
                        "Find out who removed it, or mount its file system again, then repeat.");
            }
        }
    }

    @Override
    public void release(Snapshot snapshot) throws IOException {
        Set<Path> folders = new LinkedHashSet<>();
        List<Path> items = new ArrayList<>();
        for (int i = 0; snapshot.facts().containsKey(FACT + i); i++) {
            Path item = Path.of(snapshot.facts().get(FACT + i));
            folders.add(SnapshotPlace.folderOf(item, snapshot.id()));
            items.add(item);
        }
        try {
            delete(folders, items);
        } catch (IOException e) {
            throw SnapshotFailure.notReleased(snapshot.id(), e);
        }
    }

    @Override
    public void discard(String id, List<Path> paths) throws IOException {
        Snapshot.checkId(id);
        Set<Path> folders = new LinkedHashSet<>();
        List<Path> items = new ArrayList<>();
        for (Path path : paths) {
            Optional<Path> subvolume = files.exists(path) ? subvolumeOf(path.toRealPath()) : Optional.empty();
            if (subvolume.isPresent()) {
                SnapshotPlace.existing(posix, files, subvolume.get(), id).ifPresent(folders::add);
            }
        }
        for (Path folder : folders) {
            items.addAll(files.list(folder));
        }
        try {
            delete(folders, items);
        } catch (IOException e) {
            throw SnapshotFailure.notReleased(id, e);
        }
    }

    private void delete(Set<Path> folders, Collection<Path> items) throws IOException {
        for (Path item : items) {
            if (files.exists(item)) {
                posix.deleteSubvolume(item);
            }
        }
        for (Path folder : folders) {
            Path place = folder.getParent();
            SnapshotPlace.remove(files, folder);
            if (place != null && place.getParent() != null) {
                // the room of a deleted subvolume is freed after the next commit, which else is half a minute away
                posix.syncFileSystem(place.getParent());
            }
        }
    }

    /** The subvolume that holds the path; each mount of Btrfs shows one or a part of one. */
    private Optional<Path> subvolumeOf(Path real) throws IOException {
        MountPoint mount = posix.mountOf(real);
        for (Path at = real; at != null && at.startsWith(mount.path()); at = at.getParent()) {
            if (posix.isSubvolume(at)) {
                return Optional.of(at);
            }
        }
        return Optional.empty();
    }

    /** A snapshot shows nested subvolumes as empty folders: their data would be missing without a word. */
    private void checkNested(Path real, Set<Path> asked) throws IOException {
        Path subvolume = subvolumeOf(real).orElse(real);
        List<Path> nested = posix.nestedSubvolumes(subvolume, NESTED_LIMIT);
        for (Path below : nested) {
            boolean ours = below.toString().contains(SnapshotPlace.FOLDER);
            boolean covered = asked.stream().anyMatch(path -> below.startsWith(path) && !real.startsWith(path))
                    || asked.contains(below);
            if (below.startsWith(real) && !ours && !covered) {
                throw unsuitable("subvolume " + below + " lies below " + real + " and would be missing");
            }
        }
        if (nested.size() == NESTED_LIMIT) {
            throw unsuitable("there are " + NESTED_LIMIT + " subvolumes or more below " + subvolume);
        }
    }

    private static BackupException unsuitable(String reason) {
        return SnapshotFailure.unsuitable(
                reason, "Name each subvolume as a path of its own, or choose another snapshot provider.");
    }
}
