package io.saddlebag.disk;

import io.saddlebag.posix.DataRange;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The disks of this machine: block devices, and regular files that hold what a disk does. Thread-safe. Links are followed.
 * Failures are {@link io.saddlebag.fault.BackupException}s with a {@link DiskFault}.
 */
public interface Disks {
    /** @throws io.saddlebag.fault.BackupException {@link DiskFault#NO_DISK} for anything but a device or a file */
    DiskStatus status(Path path) throws IOException;

    /**
     * The disk that a path stands for: itself, or of a folder that is a mount's root, the device or file that is mounted there.
     *
     * @throws io.saddlebag.fault.BackupException {@link DiskFault#NO_DISK} for a folder within a file system, and for a file
     *     system that lies on no disk
     */
    Path diskOf(Path path) throws IOException;

    /**
     * Opens one for reading. A device that nobody uses is claimed until it is closed, so that it can't be mounted meanwhile.
     */
    ReadableDisk openRead(Path path) throws IOException;

    /**
     * Where a file holds data, in order; a device everywhere.
     *
     * @param limit the most ranges to return; the last then covers the rest
     */
    List<DataRange> dataRanges(Path path, int limit) throws IOException;

    /**
     * Opens a block device for writing and claims it until it is closed.
     *
     * @throws io.saddlebag.fault.BackupException {@link DiskFault#IN_USE} when somebody uses it
     */
    WritableDisk openWrite(Path device) throws IOException;

    /** Begins a new file, which gets its name with {@link NewDisk#publish} or not at all. It reads as zeros. */
    NewDisk create(Path file, long sizeBytes) throws IOException;

    /** A file being written. */
    interface NewDisk extends WritableDisk {
        /**
         * Makes it durable under its name.
         *
         * @throws io.saddlebag.fault.BackupException {@link io.saddlebag.host.FileFault#EXISTS}: then it can still replace
         */
        void publish() throws IOException;

        /** As {@link #publish}, in the place of a file of that name. */
        void replace() throws IOException;
    }
}
