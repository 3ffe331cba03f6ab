package io.saddlebag.disk.local;

import io.saddlebag.disk.DiskFault;
import io.saddlebag.disk.DiskStatus;
import io.saddlebag.disk.Disks;
import io.saddlebag.disk.ReadableDisk;
import io.saddlebag.disk.WritableDisk;
import io.saddlebag.disk.WriteBehind;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.HostFiles;
import io.saddlebag.posix.DataRange;
import io.saddlebag.posix.DeviceClaim;
import io.saddlebag.posix.Errno;
import io.saddlebag.posix.LoopBacking;
import io.saddlebag.posix.MountPoint;
import io.saddlebag.posix.Posix;
import io.saddlebag.posix.PosixException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Disks of a Linux machine. Thread-safe. */
public final class LocalDisks implements Disks {
    private final Posix posix;
    private final HostFiles files;
    private final Executor executor;

    /** Whoever writes a disk waits for each of its writes. */
    public LocalDisks(Posix posix, HostFiles files) {
        this(posix, files, Runnable::run);
    }

    /** @param executor writes behind those who write disks */
    public LocalDisks(Posix posix, HostFiles files, Executor executor) {
        this.posix = posix;
        this.files = files;
        this.executor = executor;
    }

    @Override
    public DiskStatus status(Path path) throws IOException {
        Path real = real(path);
        BasicFileAttributes attributes = Files.readAttributes(real, BasicFileAttributes.class);
        boolean device = attributes.isOther() && isBlockDevice(real);
        if (!device && !attributes.isRegularFile()) {
            throw noDisk(path, "is neither a block device nor a regular file", null);
        }
        long sizeBytes = device ? sizeOf(real) : attributes.size();
        return new DiskStatus(
                real,
                device ? DiskStatus.Kind.DEVICE : DiskStatus.Kind.FILE,
                sizeBytes,
                attributes.lastModifiedTime().toInstant(),
                posix.usesOf(real));
    }

    private boolean isBlockDevice(Path path) throws IOException {
        return files.status(path).is(FileKind.BLOCK_DEVICE);
    }

    private static long sizeOf(Path device) throws IOException {
        try (FileChannel channel = FileChannel.open(device, StandardOpenOption.READ)) {
            return channel.size();
        }
    }

    private static Path real(Path path) throws IOException {
        try {
            return path.toRealPath();
        } catch (NoSuchFileException e) {
            throw noDisk(path, "does not exist", e);
        }
    }

    private static BackupException noDisk(Path path, String why, @Nullable IOException cause) {
        return new BackupException(
                DiskFault.NO_DISK,
                path + " " + why,
                "Name a block device such as /dev/vg0/data, or a file that holds a disk.",
                cause);
    }

    @Override
    public Path diskOf(Path path) throws IOException {
        Path real = real(path);
        if (!Files.isDirectory(real)) {
            return real;
        }
        MountPoint mount = posix.mountOf(real);
        if (!mount.path().equals(real) || !mount.root().equals(Path.of("/"))) {
            throw noDisk(
                    path, "is a folder within the file system at " + mount.path() + ", and no whole file system", null);
        }
        Optional<LoopBacking> backing = posix.backingOf(mount);
        if (backing.isPresent() && backing.get().offsetBytes() == 0) {
            return backing.get().file();
        }
        if (!mount.source().startsWith("/dev/")) {
            throw noDisk(path, "is a file system of type " + mount.fileSystem() + " that lies on no disk", null);
        }
        return real(Path.of(mount.source()));
    }

    @Override
    public ReadableDisk openRead(Path path) throws IOException {
        DiskStatus status = status(path);
        boolean alone = status.kind() == DiskStatus.Kind.DEVICE && status.uses().isEmpty();
        return ReadOnlyFile.open(status.path(), alone ? claim(status.path()) : () -> {});
    }

    @Override
    public List<DataRange> dataRanges(Path path, int limit) throws IOException {
        DiskStatus status = status(path);
        if (status.kind() == DiskStatus.Kind.DEVICE) {
            return status.sizeBytes() == 0 ? List.of() : List.of(new DataRange(0, status.sizeBytes()));
        }
        return posix.dataRanges(status.path(), limit);
    }

    @Override
    public WritableDisk openWrite(Path device) throws IOException {
        DiskStatus status = status(device);
        if (status.kind() != DiskStatus.Kind.DEVICE) {
            throw noDisk(device, "is a file", null);
        }
        if (!status.uses().isEmpty()) {
            throw inUse(device, status.usesText(), null);
        }
        return new WriteBehind(WrittenFile.open(posix, status.path(), claim(status.path())), executor);
    }

    private DeviceClaim claim(Path device) throws IOException {
        try {
            return posix.claimDevice(device);
        } catch (PosixException e) {
            if (e.errno() != Errno.EBUSY) {
                throw e;
            }
            throw inUse(device, "in use by something that the kernel doesn't name", e);
        }
    }

    private static BackupException inUse(Path device, String uses, @Nullable IOException cause) {
        return new BackupException(
                DiskFault.IN_USE,
                device + " is " + uses,
                "Unmount it or end what uses it, or choose another disk.",
                cause);
    }

    @Override
    public NewDisk create(Path file, long sizeBytes) throws IOException {
        return NewFileDisk.create(posix, files, executor, file, sizeBytes);
    }
}
