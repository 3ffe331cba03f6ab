package io.saddlebag.snapshot.freeze;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.posix.LoopBacking;
import io.saddlebag.posix.MountPoint;
import io.saddlebag.posix.Posix;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.snapshot.CloneTrial;
import io.saddlebag.snapshot.SnapshotFailure;
import io.saddlebag.snapshot.SnapshotProvider.Suitability;
import io.saddlebag.snapshot.TreeSize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Which file systems may be frozen, and how their views would be made: cloned where that can be, else copied. Thread-safe. */
final class Freezable {
    private static final Set<String> FILE_SYSTEMS = Set.of("ext2", "ext3", "ext4", "xfs");

    private final Posix posix;
    private final HostFiles files;
    private final FreezeSnapshots.Settings settings;

    Freezable(Posix posix, HostFiles files, FreezeSnapshots.Settings settings) {
        this.posix = posix;
        this.files = files;
        this.settings = settings;
    }

    /** Whether it works for a path. */
    Suitability suitability(Path path) throws IOException {
        MountPoint mount = posix.mountOf(path.toRealPath());
        if (!FILE_SYSTEMS.contains(mount.fileSystem())) {
            return no("file systems of type " + mount.fileSystem() + ", as at " + mount.path()
                    + ", are not frozen by this provider");
        }
        Optional<Path> own = ownPathOn(mount);
        if (own.isPresent()) {
            return no(mount.path() + " is never frozen, since this program itself needs " + own.get() + " on it");
        }
        Below below = below(mount);
        return below.cloned().isPresent() ? new Suitability(true, below.reason()) : copied(mount, path, below.reason());
    }

    private Suitability copied(MountPoint mount, Path path, String whyNotCloned) throws IOException {
        if (settings.copyBytes() == 0) {
            return no(whyNotCloned + "; nor may files be copied while it is frozen ('snapshots: freeze: copy')");
        }
        Suitability small = smallEnough(List.of(path));
        return small.suitable()
                ? new Suitability(true, small.reason() + " while " + mount.path() + " is frozen; " + whyNotCloned)
                : no(whyNotCloned + "; " + small.reason());
    }

    /** Whether what of these paths has to be copied is small, all of it together. */
    Suitability together(List<Path> paths) throws IOException {
        List<Path> copied = new ArrayList<>();
        for (Path path : paths) {
            if (cloned(path).isEmpty()) {
                copied.add(path);
            }
        }
        return copied.isEmpty() ? new Suitability(true, "all are cloned") : smallEnough(copied);
    }

    /** The file that would be cloned for a path; empty when its files would be copied. */
    Optional<Path> cloned(Path path) throws IOException {
        return below(posix.mountOf(path.toRealPath())).cloned();
    }

    private Suitability smallEnough(List<Path> paths) throws IOException {
        String limit = ByteCount.of(settings.copyBytes()).toString();
        TreeSize size = size(paths, file -> {});
        if (size.bytes() > settings.copyBytes()) {
            return no(paths + " is more than the " + limit
                    + " that may be copied while it is frozen ('snapshots: freeze: copy')");
        }
        Path place = files.exists(settings.views())
                ? settings.views()
                : settings.views().getParent();
        long free = place == null ? 0 : files.usableSpaceBytes(place);
        // the copy is at most as much as the limit; as much again is left to what else this program writes there
        if (free / 2 < settings.copyBytes()) {
            return no("the " + ByteCount.of(free) + " free at " + settings.views() + " are less than twice the " + limit
                    + " that may be copied there");
        }
        return new Suitability(true, "copy of " + ByteCount.of(size.bytes()) + ", of " + limit + " at most,");
    }

    /** What the paths hold, as far as it isn't more than may be copied. */
    TreeSize size(List<Path> paths, TreeSize.Visit visit) throws IOException {
        TreeSize size = new TreeSize(posix, files, settings.copyBytes(), visit);
        for (Path path : paths) {
            size.add(path.toRealPath());
        }
        return size;
    }

    /**
     * By device number: two paths, or two mounts, of one file system are one layer.
     *
     * @throws BackupException {@link io.saddlebag.snapshot.SnapshotFault#UNSUITABLE}
     */
    Map<String, FrozenLayer> layers(String id, List<Path> paths) throws IOException {
        Map<String, FrozenLayer> layers = new LinkedHashMap<>();
        for (Path path : paths) {
            Suitability suitability = suitability(path);
            if (!suitability.suitable()) {
                throw unsuitable(suitability.reason());
            }
            MountPoint mount = posix.mountOf(path.toRealPath());
            layers.putIfAbsent(
                    mount.deviceNumber(), new FrozenLayer(mount, below(mount).cloned()));
        }
        for (FrozenLayer layer : layers.values()) {
            if (layer.backingFile().isPresent()) {
                // a clone within a frozen file system would wait for the thaw, and the thaw for the clone
                MountPoint below = posix.mountOf(layer.backingFile().get());
                if (layers.containsKey(below.deviceNumber())) {
                    throw unsuitable(layer.mount().path() + " is stored in a file on " + below.path()
                            + ", which was to be frozen, too, for snapshot " + id);
                }
            }
        }
        Suitability together = together(paths);
        if (!together.suitable()) {
            throw unsuitable(together.reason());
        }
        return layers;
    }

    /** @param cloned the file below; empty when it can't be cloned, and {@code reason} says why */
    private record Below(Optional<Path> cloned, String reason) {}

    private Below below(MountPoint mount) throws IOException {
        Optional<LoopBacking> backing = posix.backingOf(mount);
        if (backing.isEmpty()) {
            return notCloned(
                    "the layer below " + mount.path() + ", " + mount.source() + ", is no file that could be cloned");
        }
        Path file = backing.get().file();
        if (backing.get().offsetBytes() != 0) {
            return notCloned("the file system at " + mount.path() + " begins within its file " + file);
        }
        Suitability clones = CloneTrial.in(posix, files, Objects.requireNonNull(file.getParent()));
        return clones.suitable()
                ? new Below(Optional.of(file), "clone of " + file + " while " + mount.path() + " is frozen")
                : notCloned(clones.reason());
    }

    private static Below notCloned(String reason) {
        return new Below(Optional.empty(), reason);
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
            if (path != null && files.exists(path) && restsOn(posix.mountOf(path), mount)) {
                return Optional.of(path);
            }
        }
        return Optional.empty();
    }

    /** Also when it is in a loop device whose file is there: that is written to when the other one is. */
    private boolean restsOn(MountPoint upper, MountPoint lower) throws IOException {
        if (upper.deviceNumber().equals(lower.deviceNumber())) {
            return true;
        }
        Optional<LoopBacking> backing = posix.backingOf(upper);
        // a file that has no name here any more can't be looked for
        return backing.isPresent()
                && files.exists(backing.get().file())
                && restsOn(posix.mountOf(backing.get().file()), lower);
    }

    private static Suitability no(String reason) {
        return new Suitability(false, reason);
    }

    private static BackupException unsuitable(String reason) {
        return SnapshotFailure.unsuitable(reason, "Choose another snapshot provider, or snapshot these one by one.");
    }
}
