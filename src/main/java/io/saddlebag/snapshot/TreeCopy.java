package io.saddlebag.snapshot;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.FileKey;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.HostFiles;
import io.saddlebag.posix.Posix;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Makes one tree within a mount a second time, with everything that stat shows. In memory are the names of hard-linked files. Other
 * file systems mounted within are empty folders, and snapshots are left out. One use, one thread.
 */
public final class TreeCopy {
    /** XFS shows what it stores of an access control list, which comes with the list itself. */
    private static final String SHADOW_OF_LIST = "trusted.SGI_ACL_";

    private final Posix posix;
    private final HostFiles files;
    private final int mount;
    private final Maker maker;
    private final Map<FileKey, Path> linked = new HashMap<>();

    /**
     * @param mount its {@link io.saddlebag.posix.MountPoint#id}
     * @param maker of what is in files
     */
    public TreeCopy(Posix posix, HostFiles files, int mount, Maker maker) {
        this.posix = posix;
        this.files = files;
        this.mount = mount;
        this.maker = maker;
    }

    /** How the content of files gets there. */
    public interface Maker {
        /**
         * Makes a file with the content of a regular one; each once, however many names it has.
         *
         * @throws BackupException {@link FileFault#VANISHED} when the source isn't there any more; no target is left then
         */
        void make(Path source, Path target) throws IOException;

        /** Told of each name before anything is made for it; what this throws ends the copy. */
        default void next(Path source) throws IOException {
            // most take any number
        }
    }

    /**
     * Copies it all.
     *
     * @param target must not exist; what is there after a failure is the caller's to remove ({@link TreeRemoval})
     */
    public void copy(Path source, Path target) throws IOException {
        copyEntry(source, files.status(source), target);
    }

    private void copyEntry(Path source, FileStatus status, Path target) throws IOException {
        maker.next(source);
        Path first =
                status.links() > 1 && !status.is(FileKind.FOLDER) ? linked.putIfAbsent(status.key(), target) : null;
        if (first != null) {
            files.makeHardLink(target, first);
            return;
        }
        switch (status.kind()) {
            case REGULAR -> maker.make(source, target);
            case FOLDER -> copyFolder(source, status, target);
            case LINK -> files.makeLink(target, Objects.requireNonNull(status.linkTarget()));
            case FIFO, CHARACTER_DEVICE, BLOCK_DEVICE, SOCKET ->
                files.makeSpecial(target, status.kind(), status.device());
        }
        files.setOwner(target, status.owner().uid(), status.owner().gid());
        files.setMode(target, status.mode());
        for (Map.Entry<String, byte[]> attribute : files.attributes(source).entrySet()) {
            if (!attribute.getKey().startsWith(SHADOW_OF_LIST)) {
                files.setAttribute(target, attribute.getKey(), attribute.getValue());
            }
        }
        files.setTimes(target, status.times().accessed(), status.times().modified());
    }

    private void copyFolder(Path source, FileStatus status, Path target) throws IOException {
        files.makeFolder(target);
        for (Path child : files.list(source)) {
            if (child.endsWith(SnapshotPlace.FOLDER)) {
                continue;
            }
            Path copy = target.resolve(child.getFileName());
            try {
                FileStatus childStatus = files.status(child);
                if (isElsewhere(posix, mount, child, childStatus, status)) {
                    files.makeFolder(copy);
                } else {
                    copyEntry(child, childStatus, copy);
                }
            } catch (BackupException e) {
                // gone between the listing and now, as if it had been deleted just before; what began of it goes too
                if (!e.is(FileFault.VANISHED) || files.exists(child)) {
                    throw e;
                }
                linked.values().removeIf(copy::equals);
                TreeRemoval.remove(files, copy);
            }
        }
    }

    /**
     * Whether another file system is mounted there, which is no part of the tree.
     *
     * @param above of the folder that it is in
     */
    static boolean isElsewhere(Posix posix, int mount, Path child, FileStatus status, FileStatus above)
            throws IOException {
        return status.key().device() != above.key().device()
                && status.is(FileKind.FOLDER)
                && posix.mountOf(child).id() != mount;
    }
}
