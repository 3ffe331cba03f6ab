package io.saddlebag.snapshot.freeze;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.HostFiles;
import io.saddlebag.posix.ImageMount;
import io.saddlebag.posix.Posix;
import io.saddlebag.snapshot.Snapshot;
import io.saddlebag.snapshot.SnapshotFailure;
import io.saddlebag.snapshot.SnapshotFault;
import io.saddlebag.snapshot.SnapshotPlace;
import io.saddlebag.snapshot.TreeRemoval;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a snapshot has made so far, so that it can be undone at any point, here or from its facts. One thread. */
final class SnapshotWork {
    private static final String CLONE = "clone.";
    private static final String VIEW = "view.";
    private static final String COPY = "copy.";

    private final Posix posix;
    private final HostFiles files;
    private final String id;
    private final Set<Path> folders = new LinkedHashSet<>();
    private final List<Path> clones = new ArrayList<>();
    private final List<Path> views = new ArrayList<>();
    private final List<Path> copies = new ArrayList<>();

    SnapshotWork(Posix posix, HostFiles files, String id) {
        this.posix = posix;
        this.files = files;
        this.id = id;
    }

    /** @throws BackupException {@link SnapshotFault#NOT_RELEASED} when the facts name anything but places of snapshots */
    static SnapshotWork of(Posix posix, HostFiles files, Snapshot snapshot, FreezeSnapshots.Settings settings)
            throws BackupException {
        SnapshotWork work = new SnapshotWork(posix, files, snapshot.id());
        for (int i = 0; snapshot.facts().containsKey(CLONE + i); i++) {
            Path clone = Path.of(snapshot.facts().get(CLONE + i));
            work.folders.add(SnapshotPlace.folderOf(clone, snapshot.id()));
            work.clones.add(clone);
        }
        for (int i = 0; snapshot.facts().containsKey(VIEW + i); i++) {
            Path view = Path.of(snapshot.facts().get(VIEW + i));
            if (!view.equals(settings.views().resolve(snapshot.id() + "-" + i))) {
                throw elsewhere(snapshot, view, settings);
            }
            work.views.add(view);
        }
        for (int i = 0; snapshot.facts().containsKey(COPY + i); i++) {
            Path copy = Path.of(snapshot.facts().get(COPY + i));
            if (!copy.equals(settings.copies().resolve(snapshot.id()).resolve(Integer.toString(i)))) {
                throw elsewhere(snapshot, copy, settings);
            }
            work.folders.add(SnapshotPlace.folderOf(copy, snapshot.id()));
            work.copies.add(copy);
        }
        return work;
    }

    private static BackupException elsewhere(Snapshot snapshot, Path view, FreezeSnapshots.Settings settings) {
        return new BackupException(
                SnapshotFault.NOT_RELEASED,
                "snapshot " + snapshot.id() + " was not released: its view " + view + " is not in " + settings.views(),
                "Release it where it was made, or with the same folder of views.");
    }

    /** Whether some of what it shows are copies of files. */
    static boolean hasCopies(Snapshot snapshot) {
        return snapshot.facts().containsKey(COPY + 0);
    }

    Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        for (int i = 0; i < clones.size(); i++) {
            facts.put(CLONE + i, clones.get(i).toString());
        }
        for (int i = 0; i < views.size(); i++) {
            facts.put(VIEW + i, views.get(i).toString());
        }
        for (int i = 0; i < copies.size(); i++) {
            facts.put(COPY + i, copies.get(i).toString());
        }
        return facts;
    }

    void makeFolder(Path folder) throws IOException {
        try {
            files.makeFolder(folder);
        } catch (BackupException e) {
            if (!e.is(FileFault.EXISTS)) {
                throw e;
            }
        }
    }

    /** The folder of this snapshot in a place; made once. */
    Path place(Path place) throws IOException {
        Path folder = place.resolve(id);
        if (!folders.contains(folder)) {
            folders.add(SnapshotPlace.make(files, place, id));
        }
        return folder;
    }

    void clone(Path source, Path target) throws IOException {
        clones.add(target);
        posix.cloneFile(source, target);
    }

    void copy(SmallCopy copier, SmallCopy.SourceTree tree, Path target) throws IOException {
        copies.add(target);
        copier.copy(tree, target);
    }

    void mount(ImageMount mount) throws IOException {
        files.makeFolder(mount.target());
        views.add(mount.target());
        posix.mountImage(mount);
    }

    /** Takes on the views that a process which died left. */
    void adoptViews(Path viewFolder) throws IOException {
        if (files.exists(viewFolder)) {
            for (Path view : files.list(viewFolder)) {
                if (view.getFileName().toString().startsWith(id + "-")) {
                    views.add(view);
                }
            }
        }
    }

    /** Takes on the clones that a process which died left in a place. */
    void adoptClones(Path place) throws IOException {
        Path folder = place.resolve(id);
        if (files.exists(folder) && folders.add(folder)) {
            clones.addAll(files.list(folder));
        }
    }

    /** Takes on the copies that a process which died left. */
    void adoptCopies(Path place) throws IOException {
        Path folder = place.resolve(id);
        if (files.exists(folder) && folders.add(folder)) {
            copies.addAll(files.list(folder));
        }
    }

    /** @throws BackupException {@link SnapshotFault#LOST} when one isn't there */
    void requireCopies() throws IOException {
        for (Path copy : copies) {
            if (!files.exists(copy)) {
                throw SnapshotFailure.lost(id, copy + " isn't there", "Find out who removed it, then repeat.");
            }
        }
    }

    void undo() throws IOException {
        for (Path view : views) {
            if (files.exists(view)) {
                if (posix.mountOf(view).path().equals(view.toRealPath())) {
                    posix.unmount(view);
                }
                files.delete(view);
            }
        }
        for (Path clone : clones) {
            files.delete(clone);
        }
        for (Path copy : copies) {
            TreeRemoval.remove(files, copy);
        }
        for (Path folder : folders) {
            SnapshotPlace.remove(files, folder);
        }
    }
}
