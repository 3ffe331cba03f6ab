package io.saddlebag.diskimage;

import io.saddlebag.disk.DiskStatus;
import io.saddlebag.disk.Disks;
import io.saddlebag.disk.ReadableDisk;
import io.saddlebag.fault.BackupException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/** A disk that is being imaged: nobody may change it from the first look to the last. */
final class OpenedDisk implements Closeable {
    private final Disks disks;
    private final Path path;
    private final DiskStatus first;
    private final ReadableDisk bytes;

    private OpenedDisk(Disks disks, Path path, DiskStatus first, ReadableDisk bytes) {
        this.disks = disks;
        this.path = path;
        this.first = first;
        this.bytes = bytes;
    }

    /** @throws BackupException {@link DiskImageFault#SOURCE_LIVE} */
    static OpenedDisk open(Disks disks, Path path) throws IOException {
        DiskStatus status = disks.status(path);
        if (status.mayChange()) {
            throw new BackupException(
                    DiskImageFault.SOURCE_LIVE,
                    path + " is " + status.usesText() + ", and may change while it is read",
                    "Image a snapshot of it: name the mount point as the source, with a snapshot provider (freeze, or a"
                            + " logical volume's snapshot made by a script). Or unmount it, or mount it for reading only.");
        }
        return new OpenedDisk(disks, path, status, disks.openRead(path));
    }

    ReadableDisk bytes() {
        return bytes;
    }

    long sizeBytes() {
        return bytes.sizeBytes();
    }

    /** @throws BackupException {@link DiskImageFault#SOURCE_CHANGED} when somebody may have written to it meanwhile */
    void requireStill() throws IOException {
        DiskStatus now = disks.status(path);
        boolean file = now.kind() == DiskStatus.Kind.FILE;
        if (now.mayChange()
                || now.sizeBytes() != first.sizeBytes()
                || (file && !now.modified().equals(first.modified()))) {
            throw new BackupException(
                    DiskImageFault.SOURCE_CHANGED,
                    path + " was changed while it was read" + (now.uses().isEmpty() ? "" : ", it is " + now.usesText()),
                    "Image a snapshot of it, or see to it that nobody writes there meanwhile.");
        }
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }
}
