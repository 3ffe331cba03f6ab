package io.saddlebag.snapshot;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.HostFiles;
import io.saddlebag.posix.MountPoint;
import io.saddlebag.posix.Posix;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The hidden folder beside a source where its snapshots are, since blocks are shared within one mount only. One snapshot
 * has a folder of its own there, readable by nobody else.
 */
public final class SnapshotPlace {
    /** Walks of the source leave it out. */
    public static final String FOLDER = ".saddlebag-snapshots";

    private static final int ATTEMPTS = 10;

    private SnapshotPlace() {}

    /** Beside the source where that is the same mount, else in it. */
    public static Path beside(Posix posix, Path source) throws IOException {
        Path parent = source.getParent();
        if (parent != null) {
            MountPoint above = posix.mountOf(parent);
            if (above.id() == posix.mountOf(source).id()) {
                return parent.resolve(FOLDER);
            }
        }
        return source.resolve(FOLDER);
    }

    /**
     * Makes the folder of a snapshot.
     *
     * @throws BackupException {@link SnapshotFault#FAILED} when there is one of this id
     */
    public static Path make(HostFiles files, Path place, String id) throws IOException {
        Path folder = place.resolve(id);
        if (files.exists(folder)) {
            throw new BackupException(
                    SnapshotFault.FAILED,
                    "snapshot " + id + " was not made: " + folder + " exists",
                    "Release the snapshot of this id first, or choose another id.");
        }
        for (int attempt = 1; ; attempt++) {
            try {
                makeIfMissing(files, place);
                files.makeFolder(folder);
                return folder;
            } catch (BackupException e) {
                // else another snapshot was the last of the place, and took it away
                if (!e.is(FileFault.VANISHED) || attempt == ATTEMPTS) {
                    removeEmpty(files, place, e);
                    throw e;
                }
            }
        }
    }

    private static void makeIfMissing(HostFiles files, Path folder) throws IOException {
        try {
            files.makeFolder(folder);
        } catch (BackupException e) {
            if (!e.is(FileFault.EXISTS)) {
                throw e;
            }
        }
    }

    /**
     * Removes a snapshot's folder when it is empty, and the place with the last of them.
     *
     * @throws BackupException when something is left in the snapshot's folder
     */
    public static void remove(HostFiles files, Path folder) throws IOException {
        files.delete(folder);
        Path place = folder.getParent();
        if (place != null) {
            removeEmpty(files, place);
        }
    }

    private static void removeEmpty(HostFiles files, Path place) throws IOException {
        try {
            files.delete(place);
        } catch (BackupException e) {
            if (!e.is(FileFault.NOT_EMPTY)) {
                throw e;
            }
        }
    }

    private static void removeEmpty(HostFiles files, Path place, BackupException failure) {
        try {
            removeEmpty(files, place);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /**
     * Facts come from a catalog: nothing is deleted that doesn't lie in a place of snapshots.
     *
     * @param item as {@code .../.saddlebag-snapshots/<id>/<item>}
     * @return the folder of the snapshot
     */
    public static Path folderOf(Path item, String id) throws BackupException {
        Path folder = item.getParent();
        Path place = folder == null ? null : folder.getParent();
        boolean inPlace = folder != null && folder.endsWith(id) && place != null && place.endsWith(FOLDER);
        if (folder == null
                || !inPlace
                || !item.isAbsolute()
                || !item.normalize().equals(item)) {
            throw new BackupException(
                    SnapshotFault.NOT_RELEASED,
                    "snapshot " + id + " was not released: " + item + " is no place of a snapshot",
                    "Look into " + FOLDER + " of the source and delete what is left there by hand.");
        }
        return folder;
    }

    /** The folder of a snapshot of that id in the place beside a source, when there is one. */
    public static Optional<Path> existing(Posix posix, HostFiles files, Path source, String id) throws IOException {
        Path folder = beside(posix, source).resolve(id);
        return files.exists(folder) ? Optional.of(folder) : Optional.empty();
    }
}
