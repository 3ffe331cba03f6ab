package io.saddlebag.snapshot.freeze;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.Waiter;
import io.saddlebag.lease.LeaseActions;
import io.saddlebag.lease.Watchdog;
import io.saddlebag.posix.ImageMount;
import io.saddlebag.posix.LoopBacking;
import io.saddlebag.posix.MountPoint;
import io.saddlebag.posix.Posix;
import io.saddlebag.snapshot.CloneTrial;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Holds all writing to the file systems of the paths (FIFREEZE), clones the files that they are stored in, and lets writing
 * go on; the clones are then mounted read-only. All paths are of one instant. For file systems in loop devices whose files
 * lie on a file system that can clone. Thread-safe, but only one snapshot of a file system at a time.
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

    private final Posix posix;
    private final HostFiles files;
    private final Watchdog watchdog;
    private final Clock clock;
    private final Waiter waiter;
    private final Settings settings;

    /**
     * How freezing is done here.
     *
     * @param views folder below which the clones are mounted; made when missing, its parent must exist
     * @param longestFreeze after which the watchdog thaws and the snapshot fails
     * @param neverFreeze paths that this process writes to, such as logs and catalog: freezing them would stop it before
     *     it can thaw. The root, the temporary folder, the working directory, Java's own and {@code views} are added
     */
    public record Settings(Path views, Duration longestFreeze, Set<Path> neverFreeze) {
        public Settings {
            views = views.toAbsolutePath().normalize();
            neverFreeze = Set.copyOf(neverFreeze);
            if (longestFreeze.isNegative() || longestFreeze.isZero()) {
                throw new IllegalArgumentException("the longest freeze is longer than " + longestFreeze);
            }
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
                new Settings(settings.views(), longestFreeze, settings.neverFreeze()));
    }

    @Override
    public Suitability suitability(Path path) throws IOException {
        MountPoint mount = posix.mountOf(path.toRealPath());
        if (!OPTIONS.containsKey(mount.fileSystem())) {
            return no("file systems of type " + mount.fileSystem() + ", as at " + mount.path()
                    + ", are not cloned this way");
        }
        Optional<Path> own = ownPathOn(mount);
        if (own.isPresent()) {
            return no(mount.path() + " is never frozen, since this program itself needs " + own.get() + " on it");
        }
        Optional<LoopBacking> backing = posix.backingOf(mount);
        if (backing.isEmpty()) {
            return no("the layer below " + mount.path() + ", " + mount.source() + ", is no file that could be cloned");
        }
        if (backing.get().offsetBytes() != 0) {
            return no("the file system at " + mount.path() + " begins within its file "
                    + backing.get().file());
        }
        Path folder = Objects.requireNonNull(backing.get().file().getParent());
        Suitability clones = CloneTrial.in(posix, files, folder);
        return clones.suitable()
                ? new Suitability(true, "clone of " + backing.get().file() + " while " + mount.path() + " is frozen")
                : clones;
    }

    private static Suitability no(String reason) {
        return new Suitability(false, reason);
    }

    private Optional<Path> ownPathOn(MountPoint mount) throws IOException {
        List<Path> own = new ArrayList<>(settings.neverFreeze());
        own.add(Path.of("/"));
        for (String property : List.of("java.io.tmpdir", "user.dir", "java.home")) {
            own.add(Path.of(System.getProperty(property, "/")));
        }
        own.add(settings.views());
        own.add(settings.views().getParent());
        for (Path path : own) {
            boolean there = path != null && files.exists(path);
            if (there && posix.mountOf(path).deviceNumber().equals(mount.deviceNumber())) {
                return Optional.of(path);
            }
        }
        return Optional.empty();
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
        Prepared prepared = new Prepared(id, paths, layers(id, paths));
        try {
            prepared.makeReady();
            return prepared;
        } catch (IOException e) {
            throw prepared.undone(e);
        }
    }

    /** One snapshot, from its folders to its mounts. */
    private final class Prepared implements PreparedSnapshot {
        private final String id;
        private final List<Path> paths;
        private final Map<String, FrozenLayer> layers;
        private final SnapshotWork work;
        private final Freeze freeze;
        private final Map<String, Path> clones = new LinkedHashMap<>();
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
            for (Map.Entry<String, FrozenLayer> layer : layers.entrySet()) {
                Path folder = work.place(layer.getValue().place());
                clones.put(layer.getKey(), folder.resolve(clones.size() + ".img"));
                // most of what is dirty goes out before, so that the freeze itself is short
                posix.syncFileSystem(layer.getValue().mount().path());
            }
            freeze.arm(id, List.copyOf(layers.values()));
        }

        @Override
        public void take() throws IOException {
            try {
                at = clock.instant();
                took = freeze.hold(id, () -> {
                    for (Map.Entry<String, FrozenLayer> layer : layers.entrySet()) {
                        work.clone(layer.getValue().backingFile(), clones.getOrDefault(layer.getKey(), Path.of("")));
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
                Snapshot snapshot = mounted();
                settled = true;
                return snapshot;
            } catch (IOException e) {
                throw SnapshotFailure.failed(id, paths, e);
            }
        }

        private Snapshot mounted() throws IOException {
            Map<String, Path> mounted = new LinkedHashMap<>();
            for (Map.Entry<String, FrozenLayer> layer : layers.entrySet()) {
                Path clone = clones.getOrDefault(layer.getKey(), Path.of(""));
                posix.syncFileSystem(clone);
                Path view = settings.views().resolve(id + "-" + mounted.size());
                String type = layer.getValue().mount().fileSystem();
                work.mount(
                        new ImageMount(clone, view, type, ImageMount.Access.READ_ONLY, OPTIONS.getOrDefault(type, "")));
                mounted.put(layer.getKey(), view);
            }
            List<Snapshot.View> views = new ArrayList<>();
            for (Path path : paths) {
                Path real = path.toRealPath();
                MountPoint mount = posix.mountOf(real);
                Path inside = Path.of("/")
                        .relativize(mount.root().resolve(mount.path().relativize(real)));
                views.add(new Snapshot.View(
                        path, mounted.getOrDefault(mount.deviceNumber(), real).resolve(inside)));
            }
            return new Snapshot(id, name(), consistency(), true, at, took, Optional.of(took), views, work.facts());
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

    /** By device number: two paths, or two mounts, of one file system are one layer. */
    private Map<String, FrozenLayer> layers(String id, List<Path> paths) throws IOException {
        Map<String, FrozenLayer> layers = new LinkedHashMap<>();
        for (Path path : paths) {
            Suitability suitability = suitability(path);
            if (!suitability.suitable()) {
                throw unsuitable(suitability.reason());
            }
            MountPoint mount = posix.mountOf(path.toRealPath());
            Path backing = posix.backingOf(mount)
                    .orElseThrow(() -> unsuitable(mount.source() + " was detached"))
                    .file();
            layers.putIfAbsent(
                    mount.deviceNumber(),
                    new FrozenLayer(mount, backing, backing.resolveSibling(SnapshotPlace.FOLDER)));
        }
        for (FrozenLayer layer : layers.values()) {
            // a clone within a frozen file system would wait for the thaw, and the thaw for the clone
            MountPoint below = posix.mountOf(layer.backingFile());
            if (layers.containsKey(below.deviceNumber())) {
                throw unsuitable(layer.mount().path() + " is stored in a file on " + below.path()
                        + ", which was to be frozen, too, for snapshot " + id);
            }
        }
        return layers;
    }

    /** That of the layer below, where the clones are, and where the source's own file grows or is written anew. */
    @Override
    public RoomGauge room(List<Path> sources) throws IOException {
        List<Path> backings = new ArrayList<>();
        for (Path source : sources) {
            posix.backingOf(posix.mountOf(source.toRealPath())).ifPresent(backing -> backings.add(backing.file()));
        }
        return RoomGauge.ofFileSystems(posix, files, backings);
    }

    @Override
    public void release(Snapshot snapshot) throws IOException {
        try {
            SnapshotWork.of(posix, files, snapshot, settings.views()).undo();
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

    private static BackupException unsuitable(String reason) {
        return SnapshotFailure.unsuitable(reason, "Choose another snapshot provider, or snapshot these one by one.");
    }
}
