package io.saddlebag.snapshot.reflink;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.Waiter;
import io.saddlebag.posix.Errno;
import io.saddlebag.posix.Posix;
import io.saddlebag.posix.PosixException;
import io.saddlebag.snapshot.CloneTrial;
import io.saddlebag.snapshot.Consistency;
import io.saddlebag.snapshot.PreparedSnapshot;
import io.saddlebag.snapshot.RoomGauge;
import io.saddlebag.snapshot.Snapshot;
import io.saddlebag.snapshot.SnapshotFailure;
import io.saddlebag.snapshot.SnapshotPlace;
import io.saddlebag.snapshot.SnapshotProvider;
import io.saddlebag.snapshot.TreeCopy;
import io.saddlebag.snapshot.TreeRemoval;
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
import java.util.Set;

/**
 * A copy of the tree whose files share their blocks with the originals until those change. Each file is of one instant,
 * but one is cloned after another: several are consistent together only while the source stands still, for a time that
 * grows with their number (not with their size).
 *
 * <p>Other file systems mounted below a path are seen as empty folders. Thread-safe.
 */
public final class ReflinkSnapshots implements SnapshotProvider {
    private static final String FACT = "tree.";

    private final Posix posix;
    private final HostFiles files;
    private final Clock clock;
    private final Waiter waiter;

    public ReflinkSnapshots(Posix posix, HostFiles files, Clock clock, Waiter waiter) {
        this.posix = posix;
        this.files = files;
        this.clock = clock;
        this.waiter = waiter;
    }

    @Override
    public String name() {
        return "reflink";
    }

    @Override
    public Consistency consistency() {
        return Consistency.PER_FILE;
    }

    @Override
    public boolean independent() {
        return true;
    }

    @Override
    public boolean keepsInodes(Snapshot snapshot) {
        return false;
    }

    @Override
    public Suitability suitability(Path path) throws IOException {
        Path real = path.toRealPath();
        Path place = SnapshotPlace.beside(posix, real);
        Path folder = place.getParent();
        if (folder == null || !files.status(folder).is(FileKind.FOLDER)) {
            return new Suitability(false, "there is no folder for clones beside " + path);
        }
        return CloneTrial.in(posix, files, folder);
    }

    @Override
    public Snapshot create(String id, List<Path> paths) throws IOException {
        try (PreparedSnapshot prepared = prepare(id, paths)) {
            prepared.take();
            return prepared.finish();
        }
    }

    /** Trying whether cloning works, and writing out what is dirty, need no source that stands still. */
    @Override
    public PreparedSnapshot prepare(String id, List<Path> paths) throws IOException {
        Snapshot.checkId(id);
        for (Path path : paths) {
            Suitability suitability = suitability(path);
            if (!suitability.suitable()) {
                throw SnapshotFailure.unsuitable(suitability.reason(), "Choose another snapshot provider.");
            }
        }
        Prepared prepared = new Prepared(id, paths);
        try {
            prepared.makeFolders();
            return prepared;
        } catch (IOException e) {
            throw prepared.undone(e);
        }
    }

    /** What is made, to be undone unless all of it is there in the end. */
    private final class Prepared implements PreparedSnapshot {
        private final String id;
        private final List<Path> paths;
        private final Set<Path> folders = new LinkedHashSet<>();
        private final List<Path> trees = new ArrayList<>();
        private final List<Path> sources = new ArrayList<>();
        private final List<Path> targets = new ArrayList<>();
        private Instant at = Instant.EPOCH;
        private Duration took = Duration.ZERO;
        private boolean settled;

        Prepared(String id, List<Path> paths) {
            this.id = id;
            this.paths = List.copyOf(paths);
        }

        void makeFolders() throws IOException {
            for (Path path : paths) {
                Path source = path.toRealPath();
                Path place = SnapshotPlace.beside(posix, source);
                if (!folders.contains(place.resolve(id))) {
                    folders.add(SnapshotPlace.make(files, place, id));
                }
                targets.add(place.resolve(id).resolve(Integer.toString(sources.size())));
                sources.add(source);
            }
            for (Path folder : folders) {
                // a clone of a file waits until what is dirty of it has been written
                posix.syncFileSystem(folder);
            }
        }

        @Override
        public void take() throws IOException {
            try {
                at = clock.instant();
                long start = waiter.nanos();
                for (int i = 0; i < paths.size(); i++) {
                    trees.add(targets.get(i));
                    int mount = posix.mountOf(sources.get(i)).id();
                    new TreeCopy(posix, files, mount, this::cloneFile).copy(sources.get(i), targets.get(i));
                }
                took = Duration.ofNanos(waiter.nanos() - start);
            } catch (IOException e) {
                throw SnapshotFailure.failed(id, paths, e);
            }
        }

        private void cloneFile(Path source, Path target) throws IOException {
            try {
                posix.cloneFile(source, target);
            } catch (PosixException e) {
                if (e.errno() == Errno.ENOENT) {
                    throw new BackupException(
                            FileFault.VANISHED, source + " vanished", "Repeat if it should be there.", e);
                }
                throw e;
            }
        }

        @Override
        public Snapshot finish() throws IOException {
            try {
                for (Path folder : folders) {
                    posix.syncFileSystem(folder);
                }
            } catch (IOException e) {
                throw SnapshotFailure.failed(id, paths, e);
            }
            List<Snapshot.View> views = new ArrayList<>();
            Map<String, String> facts = new LinkedHashMap<>();
            for (int i = 0; i < paths.size(); i++) {
                views.add(new Snapshot.View(paths.get(i), targets.get(i)));
                facts.put(FACT + i, targets.get(i).toString());
            }
            settled = true;
            return new Snapshot(id, name(), consistency(), true, at, took, views, facts);
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
                delete(folders, trees);
            }
        }
    }

    @Override
    public RoomGauge room(List<Path> sources) throws IOException {
        return RoomGauge.ofFileSystems(posix, files, sources);
    }

    @Override
    public void requireIntact(Snapshot snapshot) throws IOException {
        for (int i = 0; snapshot.facts().containsKey(FACT + i); i++) {
            Path tree = Path.of(snapshot.facts().get(FACT + i));
            if (!files.exists(tree)) {
                throw SnapshotFailure.lost(
                        snapshot.id(),
                        tree + " isn't there",
                        "Find out who removed it, or mount its file system again, then repeat.");
            }
        }
    }

    @Override
    public void release(Snapshot snapshot) throws IOException {
        Set<Path> folders = new LinkedHashSet<>();
        List<Path> trees = new ArrayList<>();
        for (int i = 0; snapshot.facts().containsKey(FACT + i); i++) {
            Path tree = Path.of(snapshot.facts().get(FACT + i));
            folders.add(SnapshotPlace.folderOf(tree, snapshot.id()));
            trees.add(tree);
        }
        try {
            delete(folders, trees);
        } catch (IOException e) {
            throw SnapshotFailure.notReleased(snapshot.id(), e);
        }
    }

    @Override
    public void discard(String id, List<Path> paths) throws IOException {
        Snapshot.checkId(id);
        Set<Path> folders = new LinkedHashSet<>();
        List<Path> trees = new ArrayList<>();
        for (Path path : paths) {
            if (files.exists(path)) {
                SnapshotPlace.existing(posix, files, path.toRealPath(), id).ifPresent(folders::add);
            }
        }
        for (Path folder : folders) {
            trees.addAll(files.list(folder));
        }
        try {
            delete(folders, trees);
        } catch (IOException e) {
            throw SnapshotFailure.notReleased(id, e);
        }
    }

    private void delete(Set<Path> folders, List<Path> trees) throws IOException {
        for (Path tree : trees) {
            TreeRemoval.remove(files, tree);
        }
        for (Path folder : folders) {
            SnapshotPlace.remove(files, folder);
        }
    }
}
