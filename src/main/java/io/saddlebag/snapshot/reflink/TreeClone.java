package io.saddlebag.snapshot.reflink;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.FileKey;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.HostFiles;
import io.saddlebag.posix.Errno;
import io.saddlebag.posix.Posix;
import io.saddlebag.posix.PosixException;
import io.saddlebag.snapshot.SnapshotPlace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Clones one tree within a mount, with everything that stat shows. In memory are the names of hard-linked files. */
final class TreeClone {
    /** XFS shows what it stores of an access control list, which comes with the list itself. */
    private static final String SHADOW_OF_LIST = "trusted.SGI_ACL_";

    private final Posix posix;
    private final HostFiles files;
    private final int mount;
    private final Map<FileKey, Path> linked = new HashMap<>();

    TreeClone(Posix posix, HostFiles files, int mount) {
        this.posix = posix;
        this.files = files;
        this.mount = mount;
    }

    void clone(Path source, Path target) throws IOException {
        cloneEntry(source, files.status(source), target);
    }

    private void cloneEntry(Path source, FileStatus status, Path target) throws IOException {
        Path first =
                status.links() > 1 && !status.is(FileKind.FOLDER) ? linked.putIfAbsent(status.key(), target) : null;
        if (first != null) {
            files.makeHardLink(target, first);
            return;
        }
        switch (status.kind()) {
            case REGULAR -> cloneFile(source, target);
            case FOLDER -> cloneFolder(source, status, target);
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

    private void cloneFile(Path source, Path target) throws IOException {
        try {
            posix.cloneFile(source, target);
        } catch (PosixException e) {
            if (e.errno() == Errno.ENOENT) {
                throw new BackupException(FileFault.VANISHED, source + " vanished", "Repeat if it should be there.", e);
            }
            throw e;
        }
    }

    private void cloneFolder(Path source, FileStatus status, Path target) throws IOException {
        files.makeFolder(target);
        for (Path child : files.list(source)) {
            if (child.endsWith(SnapshotPlace.FOLDER)) {
                continue;
            }
            Path copy = target.resolve(child.getFileName());
            try {
                FileStatus childStatus = files.status(child);
                boolean elsewhere = childStatus.key().device() != status.key().device()
                        && childStatus.is(FileKind.FOLDER)
                        && posix.mountOf(child).id() != mount;
                if (elsewhere) {
                    files.makeFolder(copy);
                } else {
                    cloneEntry(child, childStatus, copy);
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
}
