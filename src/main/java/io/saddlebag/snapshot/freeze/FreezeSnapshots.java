package io.saddlebag.snapshot.freeze;

import io.saddlebag.host.Deadline;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.Waiter;
import io.saddlebag.lease.LeaseActions;
import io.saddlebag.lease.Watchdog;
import io.saddlebag.posix.ImageMount;
import io.saddlebag.posix.LoopBacking;
import io.saddlebag.posix.MountPoint;
import io.saddlebag.posix.Posix;
import io.saddlebag.snapshot.Consistency;
import io.saddlebag.snapshot.PreparedSnapshot;
import io.saddlebag.snapshot.RoomGauge;
import io.saddlebag.snapshot.Snapshot;
import io.saddlebag.snapshot.SnapshotFailure;
import io.saddlebag.snapshot.SnapshotPlace;
import io.saddlebag.snapshot.SnapshotProvider;
import io.saddlebag.snapshot.freeze.SmallCopy.SourceTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Holds all writing to the file systems of the paths (FIFREEZE), clones the files that they are stored in, and lets writing
 * go on; the clones are then mounted read-only. All paths are of one instant. That is for file systems in loop devices whose
 * files lie on a file system that can clone. What is on others is copied meanwhile, when that is allowed and little
 * ({@link Settings#copyBytes}). Thread-safe, but only one snapshot of a file system at a time.
 *
 * <p>A watchdog outside this process is armed before each freeze, so that the file system is thawed whatever happens here
 * (W7, W20).
 */
public final class FreezeSnapshots implements SnapshotProvider {
    /** W7: no freeze is to last longer, unless who asks for it has a limit of its own. */
    public static final Duration DEFAULT_LONGEST_FREEZE = Duration.ofSeconds(10);

    /** What the watchdog is asked to do, with the fact {@link #MOUNT_POINT}. */
    public static final String THAW_ACTION = LeaseActions.THAW;

    /** The watchdog's fact: path of the mount point to thaw. */
    public static final String MOUNT_POINT = LeaseActions.MOUNT_POINT;

    /** The read-only mount leaves the journal alone; the freeze has left it empty. */
    private static final Map<String, String> OPTIONS =
            Map.of("ext2", "", "ext3", "noload", "ext4", "noload", "xfs", "norecovery,nouuid");

    private static final int READ_BYTES = 64 << 10;

    private final Posix posix;
    private final HostFiles files;
    private final Watchdog watchdog;
    private final Clock clock;
    private final Waiter waiter;
    private final Settings settings;
    private final Freezable freezable;

    /**
     * How freezing is done here.
     *
     * @param views folder below which the clones are mounted; made when missing, its parent must exist
     * @param longestFreeze after which the watchdog thaws and the snapshot fails
     * @param copyBytes the most that is copied while writing is held, of all paths together; 0 to copy nothing. Copies go
     *     below {@code views}
     * @param neverFreeze paths that this process writes to, such as logs and catalog: freezing them would stop it before
     *     it can thaw. The root, the temporary folder, the working directory, Java's own and {@code views} are added
     */
    public record Settings(Path views, Duration longestFreeze, long copyBytes, Set<Path> neverFreeze) {
        public Settings {
            views = views.toAbsolutePath().normalize();
            neverFreeze = Set.copyOf(neverFreeze);
            if (copyBytes < 0) {
                throw new IllegalArgumentException("what may be copied is no less than nothing, not " + copyBytes);
            }
            if (longestFreeze.isNegative() || longestFreeze.isZero()) {
                throw new IllegalArgumentException("the longest freeze is longer than " + longestFreeze);
            }
        }

        /** Where copies are, each snapshot's in a folder of its own. */
        Path copies() {
            return views.resolve(SnapshotPlace.FOLDER);
        }
    }

    public FreezeSnapshots(
            Posix posix, HostFiles files, Watchdog watchdog, Clock clock, Waiter waiter, Settings settings) {
        this.posix = posix;
        this.files = files;
        this.watchdog = watchdog;
        this.clock = clock;
        this.waiter = waiter;
        this.settings = settings;
        this.freezable = new Freezable(posix, files, settings);
    }

    @Override
    public String name() {
        return "freeze";
    }

    @Override
    public Consistency consistency() {
        return Consistency.ATOMIC;
    }

    @Override
    public boolean independent() {
        return true;
    }

    /** Its loop devices and mounts are this run of the machine's. */
    @Override
    public boolean outlivesProcess(Snapshot snapshot) {
        return false;
    }

    @Override
    public SnapshotProvider within(Duration longestFreeze) {
        return new FreezeSnapshots(
                posix,
                files,
                watchdog,
                clock,
                waiter,
                new Settings(settings.views(), longestFreeze, settings.copyBytes(), settings.neverFreeze()));
    }

    @Override
    public boolean keepsInodes(Snapshot snapshot) {
        return !SnapshotWork.hasCopies(snapshot);
    }

    @Override
    public Suitability suitability(Path path) throws IOException {
        return freezable.suitability(path);
    }

    @Override
    public Suitability together(List<Path> paths) throws IOException {
        return freezable.together(paths);
    }

    @Override
    public Snapshot create(String id, List<Path> paths) throws IOException {
        try (PreparedSnapshot prepared = prepare(id, paths)) {
            prepared.take();
            return prepared.finish();
        }
    }

    /** Guards are processes that take a while to start, and what is dirty takes a while to be written. */
    @Override
    public PreparedSnapshot prepare(String id, List<Path> paths) throws IOException {
        Snapshot.checkId(id);
        Prepared prepared = new Prepared(id, paths, freezable.layers(id, paths));
        try {
            prepared.makeReady();
            return prepared;
        } catch (IOException e) {
            throw prepared.undone(e);
        }
    }

    private record ToClone(MountPoint mount, Path backingFile, Path target) {}

    private record ToCopy(SourceTree tree, Path target) {}

    /** One snapshot, from its folders to its mounts. */
    private final class Prepared implements PreparedSnapshot {
        private final String id;
        private final List<Path> paths;
        private final Map<String, FrozenLayer> layers;
        private final SnapshotWork work;
        private final Freeze freeze;
        private final List<ToClone> clones = new ArrayList<>();
        private final Map<Path, ToCopy> copies = new LinkedHashMap<>();
        private Instant at = Instant.EPOCH;
        private Duration took = Duration.ZERO;
        private boolean settled;

        Prepared(String id, List<Path> paths, Map<String, FrozenLayer> layers) {
            this.id = id;
            this.paths = List.copyOf(paths);
            this.layers = layers;
            this.work = new SnapshotWork(posix, files, id);
            this.freeze = new Freeze(posix, watchdog, waiter, settings.longestFreeze());
        }

        void makeReady() throws IOException {
            work.makeFolder(settings.views());
            for (FrozenLayer layer : layers.values()) {
                Optional<Path> backing = layer.backingFile();
                if (backing.isPresent()) {
                    Path folder = work.place(backing.get().resolveSibling(SnapshotPlace.FOLDER));
                    clones.add(new ToClone(layer.mount(), backing.get(), folder.resolve(clones.size() + ".img")));
                }
            }
            findCopies();
            for (FrozenLayer layer : layers.values()) {
                // most of what is dirty goes out before, so that the freeze itself is short
                posix.syncFileSystem(layer.mount().path());
            }
            freeze.arm(id, List.copyOf(layers.values()));
        }

        /** What is copied is read once before, so that it comes from memory when everybody waits for it. */
        private void findCopies() throws IOException {
            Map<Path, SourceTree> trees = new LinkedHashMap<>();
            for (Path path : paths) {
                Path real = path.toRealPath();
                MountPoint mount = posix.mountOf(real);
                if (clones.stream()
                        .noneMatch(clone -> clone.mount().deviceNumber().equals(mount.deviceNumber()))) {
                    trees.put(path, new SourceTree(real, mount.id(), mount.fileSystem()));
                }
            }
            if (!trees.isEmpty()) {
                Path folder = work.place(settings.copies());
                trees.forEach((path, tree) ->
                        copies.put(path, new ToCopy(tree, folder.resolve(Integer.toString(copies.size())))));
                freezable.size(List.copyOf(copies.keySet()), this::readOnce);
            }
        }

        /** No further than it may be copied: somebody may write faster than this reads. */
        private void readOnce(Path file) throws IOException {
            ByteBuffer any = ByteBuffer.allocate(READ_BYTES);
            try (SeekableByteChannel channel = files.openRead(file)) {
                long left = settings.copyBytes();
                for (int n = channel.read(any); n >= 0 && left > 0; n = channel.read(any.clear())) {
                    left -= n;
                }
            }
        }

        @Override
        public void take() throws IOException {
            // the rest is for the thaw, which is done here rather than by the guards
            Deadline deadline = Deadline.after(
                    waiter, settings.longestFreeze().multipliedBy(9).dividedBy(10));
            try (SmallCopy copy = new SmallCopy(posix, files, settings.copyBytes(), deadline)) {
                at = clock.instant();
                took = freeze.hold(id, () -> {
                    for (ToClone clone : clones) {
                        work.clone(clone.backingFile(), clone.target());
                    }
                    for (ToCopy each : copies.values()) {
                        work.copy(copy, each.tree(), each.target());
                    }
                });
            } catch (IOException e) {
                throw SnapshotFailure.failed(id, paths, e);
            }
        }

        /** The file system below is written to by others; making its clone durable may take a while. */
        @Override
        public Snapshot finish() throws IOException {
            try {
                if (!copies.isEmpty()) {
                    // what could not be written out is said now, and not when it is read
                    posix.syncFileSystem(settings.copies());
                }
                Snapshot snapshot = mounted();
                settled = true;
                return snapshot;
            } catch (IOException e) {
                throw SnapshotFailure.failed(id, paths, e);
            }
        }

        private Snapshot mounted() throws IOException {
            Map<String, Path> mounted = new LinkedHashMap<>();
            for (ToClone clone : clones) {
                posix.syncFileSystem(clone.target());
                Path view = settings.views().resolve(id + "-" + mounted.size());
                String type = clone.mount().fileSystem();
                work.mount(new ImageMount(
                        clone.target(), view, type, ImageMount.Access.READ_ONLY, OPTIONS.getOrDefault(type, "")));
                mounted.put(clone.mount().deviceNumber(), view);
            }
            List<Snapshot.View> views = new ArrayList<>();
            for (Path path : paths) {
                ToCopy copy = copies.get(path);
                views.add(new Snapshot.View(path, copy == null ? inClone(path, mounted) : copy.target()));
            }
            return new Snapshot(id, name(), consistency(), true, at, took, Optional.of(took), views, work.facts());
        }

        private Path inClone(Path path, Map<String, Path> mounted) throws IOException {
            Path real = path.toRealPath();
            MountPoint mount = posix.mountOf(real);
            Path inside =
                    Path.of("/").relativize(mount.root().resolve(mount.path().relativize(real)));
            return mounted.getOrDefault(mount.deviceNumber(), real).resolve(inside);
        }

        IOException undone(IOException first) {
            try {
                close();
            } catch (IOException left) {
                first.addSuppressed(left);
            }
            return SnapshotFailure.failed(id, paths, first);
        }

        @Override
        public void close() throws IOException {
            if (!settled) {
                settled = true;
                try {
                    work.undo();
                } finally {
                    freeze.close();
                }
            }
        }
    }

    /**
     * That of the layer below, where the clones are, and where the source's own file grows or is written anew. Copies take none of
     * the source's.
     */
    @Override
    public RoomGauge room(List<Path> sources) throws IOException {
        List<Path> backings = new ArrayList<>();
        for (Path source : sources) {
            freezable.cloned(source).ifPresent(backings::add);
        }
        return RoomGauge.ofFileSystems(posix, files, backings);
    }

    @Override
    public void requireIntact(Snapshot snapshot) throws IOException {
        SnapshotWork.of(posix, files, snapshot, settings).requireCopies();
    }

    @Override
    public void release(Snapshot snapshot) throws IOException {
        try {
            SnapshotWork.of(posix, files, snapshot, settings).undo();
        } catch (IOException e) {
            throw SnapshotFailure.notReleased(snapshot.id(), e);
        }
    }

    @Override
    public void discard(String id, List<Path> paths) throws IOException {
        Snapshot.checkId(id);
        try {
            SnapshotWork work = new SnapshotWork(posix, files, id);
            work.adoptViews(settings.views());
            work.adoptCopies(settings.copies());
            for (Path path : paths) {
                if (files.exists(path)) {
                    Optional<LoopBacking> backing = posix.backingOf(posix.mountOf(path.toRealPath()));
                    if (backing.isPresent()) {
                        work.adoptClones(backing.get().file().resolveSibling(SnapshotPlace.FOLDER));
                    }
                }
            }
            work.undo();
        } catch (IOException e) {
            throw SnapshotFailure.notReleased(id, e);
        }
    }
}
