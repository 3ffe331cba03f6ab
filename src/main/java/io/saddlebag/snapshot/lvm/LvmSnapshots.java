package io.saddlebag.snapshot.lvm;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.ProcessFault;
import io.saddlebag.host.Processes;
import io.saddlebag.host.Waiter;
import io.saddlebag.posix.ImageMount;
import io.saddlebag.posix.MountPoint;
import io.saddlebag.posix.Posix;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.snapshot.Consistency;
import io.saddlebag.snapshot.ProviderProgram;
import io.saddlebag.snapshot.RoomGauge;
import io.saddlebag.snapshot.SharedRoom;
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
import java.util.regex.Pattern;

/**
 * Read-only snapshots of logical volumes, thick or thin, mounted apart from their origins. LVM freezes the file system for
 * each by itself, so it is of one instant and clean; several volumes are snapshotted one after another, so together they
 * are consistent only while the source stands still.
 *
 * <p>A thick snapshot whose room fills up is dropped by the kernel, never its origin: {@link #requireIntact} finds that out.
 * Other file systems mounted below a path are seen as empty folders. Thread-safe.
 */
public final class LvmSnapshots implements SnapshotProvider {
    private static final Map<String, String> MOUNT_OPTIONS =
            Map.of("ext2", "", "ext3", "noload", "ext4", "noload", "xfs", "norecovery,nouuid");

    private static final String NAME_PREFIX = "saddlebag-";
    private static final String VIEW = "view.";
    private static final String TYPE = "type.";
    /** Of each volume. */
    private static final int FACTS = 4;

    private static final int WHOLE_PERCENT = 100;

    private final Posix posix;
    private final HostFiles files;
    private final ProviderProgram lvm;
    private final Clock clock;
    private final Waiter waiter;
    private final LvmSettings settings;

    public LvmSnapshots(
            Posix posix, HostFiles files, Processes processes, Clock clock, Waiter waiter, LvmSettings settings) {
        this.posix = posix;
        this.files = files;
        this.lvm = new ProviderProgram(processes, settings.program(), settings.timeout());
        this.clock = clock;
        this.waiter = waiter;
        this.settings = settings;
    }

    @Override
    public String name() {
        return "lvm";
    }

    @Override
    public Consistency consistency() {
        return Consistency.ATOMIC;
    }

    @Override
    public Consistency consistency(List<Path> paths) throws IOException {
        List<String> devices = new ArrayList<>();
        for (Path path : paths) {
            devices.add(posix.mountOf(path.toRealPath()).deviceNumber());
        }
        return devices.stream().distinct().count() <= 1 ? Consistency.ATOMIC : Consistency.PER_FILE;
    }

    @Override
    public boolean independent() {
        return true;
    }

    /** Looked up, not tried: a trial would hold all writing to the volume. */
    @Override
    public Suitability suitability(Path path) throws IOException {
        MountPoint mount = posix.mountOf(path.toRealPath());
        if (!MOUNT_OPTIONS.containsKey(mount.fileSystem())) {
            return no("file systems of type " + mount.fileSystem() + ", as at " + mount.path()
                    + ", are not mounted twice this way");
        }
        List<LogicalVolume> volumes;
        try {
            volumes = volumes();
        } catch (BackupException e) {
            return no(e.is(ProcessFault.CANNOT_START) ? "LVM is not installed here" : e.what());
        }
        Optional<LogicalVolume> found = on(volumes, mount);
        if (found.isEmpty()) {
            return no(mount.path() + " is on " + mount.source() + ", which is no logical volume");
        }
        LogicalVolume volume = found.get();
        if (!volume.health().isEmpty()) {
            return no("logical volume " + volume.fullName() + " is not well: " + volume.health());
        }
        long room = settings.room().bytesFor(volume.sizeBytes());
        if (!volume.thin() && room > volume.freeBytes()) {
            return no("volume group " + volume.group() + " has " + ByteCount.of(volume.freeBytes())
                    + " free, and a snapshot of " + volume.fullName() + " is to have " + ByteCount.of(room));
        }
        return new Suitability(
                true, (volume.thin() ? "thin" : "thick") + " snapshot of logical volume " + volume.fullName());
    }

    private static Suitability no(String reason) {
        return new Suitability(false, reason);
    }

    /** A file system to be snapshotted, and the volume that it is on. */
    private record Layer(MountPoint mount, LogicalVolume origin, String name, Path view) {}

    @Override
    public Snapshot create(String id, List<Path> paths) throws IOException {
        Snapshot.checkId(id);
        Map<String, Layer> layers = layers(id, paths);
        try {
            return create(id, paths, layers);
        } catch (IOException e) {
            try {
                ProviderProgram.undisturbed(() -> discard(id, paths));
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            throw SnapshotFailure.failed(id, paths, e);
        }
    }

    /** By device number: two paths, or two mounts, of one file system are one layer. */
    private Map<String, Layer> layers(String id, List<Path> paths) throws IOException {
        List<MountPoint> mounts = new ArrayList<>();
        for (Path path : paths) {
            Suitability suitability = suitability(path);
            if (!suitability.suitable()) {
                throw SnapshotFailure.unsuitable(suitability.reason(), "Choose another snapshot provider.");
            }
            mounts.add(posix.mountOf(path.toRealPath()));
        }
        List<LogicalVolume> volumes = volumes();
        if (volumes.stream().anyMatch(volume -> isOf(id, volume.name()))) {
            throw new BackupException(
                    SnapshotFault.FAILED,
                    "snapshot " + id + " was not made: a logical volume of snapshot " + id + " exists",
                    "Release the snapshot of this id first, or choose another id.");
        }
        Map<String, Layer> layers = new LinkedHashMap<>();
        for (MountPoint mount : mounts) {
            LogicalVolume origin = on(volumes, mount)
                    .orElseThrow(() -> SnapshotFailure.unsuitable(
                            mount.source() + " is no logical volume any more", "Choose another snapshot provider."));
            String name = NAME_PREFIX + id + "-" + layers.size();
            layers.putIfAbsent(
                    mount.deviceNumber(),
                    new Layer(mount, origin, name, settings.views().resolve(name)));
        }
        return layers;
    }

    private Snapshot create(String id, List<Path> paths, Map<String, Layer> layers) throws IOException {
        for (Layer layer : layers.values()) {
            // most of what is dirty goes out before, so that LVM's freeze is short
            posix.syncFileSystem(layer.mount().path());
        }
        Instant at = clock.instant();
        long start = waiter.nanos();
        for (Layer layer : layers.values()) {
            lvm.output(creation(layer));
        }
        Duration took = Duration.ofNanos(waiter.nanos() - start);
        List<LogicalVolume> volumes = volumes();
        Map<String, String> facts = new LinkedHashMap<>();
        makeIfMissing(settings.views());
        for (Layer layer : layers.values()) {
            LogicalVolume made = LogicalVolume.named(volumes, layer.origin().group() + "/" + layer.name())
                    .orElseThrow(() -> new IOException("lvcreate succeeded, but lvs doesn't show " + layer.name()));
            int number = facts.size() / FACTS;
            facts.put(SnapshotHealth.VOLUME + number, made.fullName());
            facts.put(SnapshotHealth.UUID + number, made.uuid());
            facts.put(VIEW + number, layer.view().toString());
            String type = layer.mount().fileSystem();
            facts.put(TYPE + number, type);
            mount(made, layer.view(), type);
        }
        List<Snapshot.View> views = new ArrayList<>();
        for (Path path : paths) {
            Path real = path.toRealPath();
            MountPoint mount = posix.mountOf(real);
            Layer layer = layers.get(mount.deviceNumber());
            if (layer == null) {
                throw new IOException(path + " is on another file system than a moment ago");
            }
            Path inside =
                    Path.of("/").relativize(mount.root().resolve(mount.path().relativize(real)));
            views.add(new Snapshot.View(path, layer.view().resolve(inside)));
        }
        Consistency consistency = layers.size() == 1 ? Consistency.ATOMIC : Consistency.PER_FILE;
        // each origin is suspended somewhere within its lvcreate, which doesn't say when
        Snapshot snapshot = new Snapshot(id, name(), consistency, true, at, took, Optional.of(took), views, facts);
        SnapshotHealth.require(snapshot, volumes);
        return snapshot;
    }

    private List<String> creation(Layer layer) {
        List<String> arguments = new ArrayList<>(List.of(
                "lvcreate",
                "--yes",
                "--snapshot",
                "--name",
                layer.name(),
                "--addtag",
                VolumeReport.TAG,
                "--permission",
                "r"));
        if (layer.origin().thin()) {
            // else a thin snapshot isn't activated, and has no device
            arguments.addAll(List.of("--setactivationskip", "n"));
        } else {
            arguments.addAll(
                    List.of("--size", settings.room().bytesFor(layer.origin().sizeBytes()) + "b"));
        }
        arguments.add(layer.origin().fullName());
        return arguments;
    }

    /** That of thin pools; a thick snapshot has its own, and is lost alone. */
    @Override
    public RoomGauge room(List<Path> sources) throws IOException {
        List<LogicalVolume> volumes = volumes();
        Set<String> pools = new LinkedHashSet<>();
        for (Path source : sources) {
            on(volumes, posix.mountOf(source.toRealPath()))
                    .filter(LogicalVolume::thin)
                    .ifPresent(volume -> pools.add(volume.group() + "/" + volume.pool()));
        }
        return pools.isEmpty()
                ? RoomGauge.NONE
                : () -> volumes().stream()
                        .filter(volume -> pools.contains(volume.fullName()))
                        .map(pool -> new SharedRoom("thin pool " + pool.fullName(), free(pool), pool.sizeBytes()))
                        .toList();
    }

    private static long free(LogicalVolume pool) {
        return (long) (pool.sizeBytes() * (1 - Math.max(0, pool.usedPercent()) / WHOLE_PERCENT));
    }

    @Override
    public void requireIntact(Snapshot snapshot) throws IOException {
        SnapshotHealth.require(snapshot, volumes());
    }

    private void mount(LogicalVolume volume, Path view, String type) throws IOException {
        makeIfMissing(view);
        posix.mountImage(new ImageMount(
                Path.of(volume.path()), view, type, ImageMount.Access.READ_ONLY, MOUNT_OPTIONS.getOrDefault(type, "")));
    }

    /** The volumes outlive the machine's start, their mounts don't. */
    @Override
    public void reopen(Snapshot snapshot) throws IOException {
        List<LogicalVolume> volumes = volumes();
        SnapshotHealth.require(snapshot, volumes);
        for (int i = 0; snapshot.facts().containsKey(SnapshotHealth.VOLUME + i); i++) {
            String name = String.valueOf(snapshot.facts().get(SnapshotHealth.VOLUME + i));
            Path view = Path.of(String.valueOf(snapshot.facts().get(VIEW + i)));
            checkOwn(snapshot.id(), name, view);
            LogicalVolume volume = LogicalVolume.named(volumes, name).orElseThrow();
            if (!files.exists(view) || !posix.mountOf(view).path().equals(view.toRealPath())) {
                makeIfMissing(settings.views());
                mount(volume, view, String.valueOf(snapshot.facts().get(TYPE + i)));
            }
        }
    }

    @Override
    public void release(Snapshot snapshot) throws IOException {
        try {
            List<Path> views = new ArrayList<>();
            List<String> names = new ArrayList<>();
            for (int i = 0; snapshot.facts().containsKey(SnapshotHealth.VOLUME + i); i++) {
                String name = String.valueOf(snapshot.facts().get(SnapshotHealth.VOLUME + i));
                Path view = Path.of(String.valueOf(snapshot.facts().get(VIEW + i)));
                checkOwn(snapshot.id(), name, view);
                names.add(name);
                views.add(view);
            }
            remove(views, names);
        } catch (IOException e) {
            throw SnapshotFailure.notReleased(snapshot.id(), e);
        }
    }

    /** Facts come from a catalog: nothing is removed that isn't a snapshot of that id. */
    private void checkOwn(String id, String fullName, Path view) throws BackupException {
        String name = fullName.substring(fullName.indexOf('/') + 1);
        if (!isOf(id, name) || !view.equals(settings.views().resolve(name))) {
            throw new BackupException(
                    SnapshotFault.NOT_RELEASED,
                    "snapshot " + id + " was not released: " + fullName + " at " + view + " is none of its volumes",
                    "Look at 'lvs' for volumes called " + NAME_PREFIX + id + " and remove them by hand.");
        }
    }

    @Override
    public void discard(String id, List<Path> paths) throws IOException {
        Snapshot.checkId(id);
        try {
            lvm.requireNoneRuns(NAME_PREFIX + id + "-");
            try {
                resume(paths);
            } finally {
                removeAll(id);
            }
        } catch (IOException e) {
            throw SnapshotFailure.notReleased(id, e);
        }
    }

    private void removeAll(String id) throws IOException {
        List<Path> views = new ArrayList<>();
        if (files.exists(settings.views())) {
            for (Path view : files.list(settings.views())) {
                if (isOf(id, view.getFileName().toString())) {
                    views.add(view);
                }
            }
        }
        List<String> names;
        try {
            names = volumes().stream()
                    .filter(volume -> volume.ours() && isOf(id, volume.name()))
                    .map(LogicalVolume::fullName)
                    .toList();
        } catch (BackupException e) {
            if (!e.is(ProcessFault.CANNOT_START)) {
                throw e;
            }
            names = List.of();
        }
        remove(views, names);
    }

    /**
     * An lvcreate that was ended half way, or whose machine went on without it, may have left its origin suspended: then nobody
     * could write to it any more (W20). One that isn't suspended stays as it is.
     */
    private void resume(List<Path> paths) throws IOException {
        Set<String> origins = new LinkedHashSet<>();
        List<LogicalVolume> volumes = List.of();
        try {
            volumes = volumes();
        } catch (BackupException e) {
            if (!e.is(ProcessFault.CANNOT_START)) {
                throw e;
            }
        }
        for (Path path : paths) {
            if (!volumes.isEmpty() && files.exists(path)) {
                on(volumes, posix.mountOf(path.toRealPath())).ifPresent(origin -> origins.add(origin.fullName()));
            }
        }
        for (String origin : origins) {
            lvm.output(List.of("lvchange", "--refresh", origin));
        }
    }

    private void remove(List<Path> views, List<String> names) throws IOException {
        for (Path view : views) {
            if (files.exists(view)) {
                if (posix.mountOf(view).path().equals(view.toRealPath())) {
                    posix.unmount(view);
                }
                files.delete(view);
            }
        }
        if (names.isEmpty()) {
            return;
        }
        List<LogicalVolume> volumes = volumes();
        for (String name : names) {
            Optional<LogicalVolume> volume = LogicalVolume.named(volumes, name);
            if (volume.isEmpty()) {
                continue;
            }
            if (!volume.get().ours() || volume.get().origin().isEmpty()) {
                throw new IOException(name + " is no snapshot of ours, and stays");
            }
            lvm.output(List.of("lvremove", "--yes", name));
        }
    }

    private List<LogicalVolume> volumes() throws IOException {
        return VolumeReport.parse(lvm.output(VolumeReport.ARGUMENTS));
    }

    private static Optional<LogicalVolume> on(List<LogicalVolume> volumes, MountPoint mount) {
        return volumes.stream()
                .filter(volume -> volume.deviceNumber().equals(mount.deviceNumber()))
                .findFirst();
    }

    private static boolean isOf(String id, String name) {
        return Pattern.matches(Pattern.quote(NAME_PREFIX + id) + "-\\d{1,4}", name);
    }

    private void makeIfMissing(Path folder) throws IOException {
        try {
            files.makeFolder(folder);
        } catch (BackupException e) {
            if (!e.is(FileFault.EXISTS)) {
                throw e;
            }
        }
    }
}
