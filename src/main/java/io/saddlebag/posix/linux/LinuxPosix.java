package io.saddlebag.posix.linux;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.NativeLong;
import com.sun.jna.Platform;
import io.saddlebag.posix.Account;
import io.saddlebag.posix.DataRange;
import io.saddlebag.posix.DeviceClaim;
import io.saddlebag.posix.DeviceUse;
import io.saddlebag.posix.Errno;
import io.saddlebag.posix.HeldFolder;
import io.saddlebag.posix.ImageMount;
import io.saddlebag.posix.InodeStatus;
import io.saddlebag.posix.LoopBacking;
import io.saddlebag.posix.MountPoint;
import io.saddlebag.posix.Posix;
import io.saddlebag.posix.PosixException;
import io.saddlebag.posix.SpecialFile;
import io.saddlebag.posix.WritableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Linux on x86-64 and aarch64. Thread-safe, without state but the loaded library. */
public final class LinuxPosix implements Posix {
    private static final int INODE = LibC.O_RDONLY | LibC.O_NONBLOCK | LibC.O_NOFOLLOW;

    /** The kernel's own limit (linux/limits.h). */
    private static final int XATTR_SIZE_MAX = 65_536;

    private final Calls calls;
    private final Mounts mounts;
    private final Subvolumes subvolumes;
    private final Devices devices;
    private final HeldFolders folders;
    private final Inodes inodes;

    /** @throws IllegalStateException where {@link #isAvailable()} is false */
    public LinuxPosix() {
        if (!isAvailable()) {
            throw new IllegalStateException("made for Linux on x86-64 or aarch64, not for "
                    + System.getProperty("os.name") + " on " + System.getProperty("os.arch"));
        }
        this.calls = new Calls(LibC.load());
        this.mounts = new Mounts(calls);
        this.subvolumes = new Subvolumes(calls);
        this.devices = new Devices(calls, mounts);
        this.folders = new HeldFolders(calls);
        this.inodes = new Inodes(calls);
    }

    /** Whether this machine is one that the calls are known for. */
    public static boolean isAvailable() {
        return Platform.isLinux() && Platform.is64Bit() && (Platform.isIntel() || Platform.isARM());
    }

    @Override
    public MountPoint mountOf(Path path) throws IOException {
        return mounts.of(path);
    }

    @Override
    public List<MountPoint> mounts() throws IOException {
        return mounts.all();
    }

    @Override
    public Optional<LoopBacking> backingOf(MountPoint mount) throws IOException {
        return mounts.backing(mount);
    }

    @Override
    public void mountImage(ImageMount mount) throws IOException {
        mounts.mountImage(mount);
    }

    @Override
    public void unmount(Path target) throws PosixException {
        calls.call("umount", target, () -> calls.c.umount2(Calls.raw(target), 0));
    }

    @Override
    public void beginWriting(Path file, long offsetBytes, long lengthBytes) throws PosixException {
        calls.open(
                file,
                LibC.O_RDONLY | LibC.O_NOFOLLOW | LibC.O_NONBLOCK,
                fd -> calls.call(
                        "sync_file_range",
                        file,
                        () -> calls.file.sync_file_range(fd, offsetBytes, lengthBytes, LibC.SYNC_FILE_RANGE_WRITE)));
    }

    @Override
    public void syncFileSystem(Path path) throws PosixException {
        calls.open(path, LibC.O_RDONLY | LibC.O_NONBLOCK, fd -> calls.call("syncfs", path, () -> calls.c.syncfs(fd)));
    }

    @Override
    public void freeze(Path mountPoint) throws PosixException {
        calls.openFolder(mountPoint, fd -> calls.ioctl("FIFREEZE", mountPoint, fd, LibC.FIFREEZE, 0));
    }

    @Override
    public boolean thaw(Path mountPoint) throws PosixException {
        try {
            calls.openFolder(mountPoint, fd -> calls.ioctl("FITHAW", mountPoint, fd, LibC.FITHAW, 0));
            return true;
        } catch (PosixException e) {
            if (e.errno() == Errno.EINVAL && e.call().contains("FITHAW")) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public void growFileSystem(Path mountPoint, long lengthBytes) throws IOException {
        mounts.grow(mountPoint, lengthBytes);
    }

    @Override
    public List<DeviceUse> usesOf(Path deviceOrFile) throws IOException {
        return devices.usesOf(deviceOrFile);
    }

    @Override
    public DeviceClaim claimDevice(Path device) throws PosixException {
        return devices.claim(device);
    }

    @Override
    public void punchHole(Path fileOrDevice, long offsetBytes, long lengthBytes) throws PosixException {
        int mode = LibC.FALLOC_FL_PUNCH_HOLE | LibC.FALLOC_FL_KEEP_SIZE;
        calls.open(
                fileOrDevice,
                LibC.O_WRONLY,
                fd -> calls.call(
                        "fallocate", fileOrDevice, () -> calls.c.fallocate(fd, mode, offsetBytes, lengthBytes)));
    }

    @Override
    public void cloneFile(Path source, Path target) throws PosixException {
        calls.open(source, LibC.O_RDONLY | LibC.O_NONBLOCK, from -> {
            byte[] raw = Calls.raw(target);
            int flags = LibC.O_WRONLY | LibC.O_CREAT | LibC.O_EXCL | LibC.O_CLOEXEC;
            int to = calls.call("open", target, () -> calls.file.open(raw, flags, 0600));
            try {
                return calls.ioctl("FICLONE", source, to, LibC.FICLONE, from);
            } catch (PosixException e) {
                try {
                    calls.c.unlink(raw);
                } catch (LastErrorException left) {
                    e.addSuppressed(left);
                }
                throw e;
            } finally {
                calls.close(to);
            }
        });
    }

    @Override
    public boolean isSubvolume(Path path) throws IOException {
        try (Memory status = new Memory(LibC.STATX_LENGTH)) {
            calls.call(
                    "statx",
                    path,
                    () -> calls.c.statx(
                            LibC.AT_FDCWD,
                            Calls.raw(path),
                            LibC.AT_SYMLINK_NOFOLLOW,
                            LibC.STATX_TYPE_AND_INODE,
                            status));
            return status.getLong(LibC.STATX_INODE_AT) == LibC.BTRFS_FIRST_FREE_OBJECTID
                    && (status.getShort(LibC.STATX_MODE_AT) & LibC.S_IFMT) == LibC.S_IFDIR
                    && mountOf(path).fileSystem().equals("btrfs");
        }
    }

    @Override
    public void createSubvolume(Path path) throws PosixException {
        subvolumes.create(path);
    }

    @Override
    public void snapshotSubvolume(Path subvolume, Path target) throws PosixException {
        subvolumes.snapshot(subvolume, target);
    }

    @Override
    public void deleteSubvolume(Path path) throws PosixException {
        subvolumes.delete(path);
    }

    @Override
    public List<Path> nestedSubvolumes(Path subvolume, int limit) throws PosixException {
        return subvolumes.nested(subvolume, limit);
    }

    @Override
    public Optional<Account> account(String name) {
        return new Users(calls).find(name);
    }

    @Override
    public OptionalInt groupNumber(String name) {
        return new Users(calls).group(name);
    }

    @Override
    public void becomeUser(String name) throws PosixException {
        new Users(calls).become(name);
    }

    @Override
    public HeldFolder holdFolder(Path folder) throws PosixException {
        return folders.hold(folder);
    }

    @Override
    public WritableFile createFile(Path path, int mode) throws PosixException {
        int flags = LibC.O_WRONLY | LibC.O_CREAT | LibC.O_EXCL | LibC.O_NOFOLLOW | LibC.O_CLOEXEC;
        return new OpenFile(calls, path, calls.call("open", path, () -> calls.file.open(Calls.raw(path), flags, mode)));
    }

    @Override
    public Optional<InodeStatus> inodeStatus(Path path) throws PosixException {
        return inodes.status(path);
    }

    @Override
    public void changeMode(Path path, int mode) throws PosixException {
        // chmod(2) follows links, and glibc's way not to is younger than many a kernel; through a descriptor nothing is
        // followed
        calls.open(path, LibC.O_PATH | LibC.O_NOFOLLOW, fd -> {
            byte[] held = Calls.raw("/proc/self/fd/" + fd);
            return calls.call("chmod", path, () -> calls.file.chmod(held, mode));
        });
    }

    @Override
    public void makeSpecial(Path path, SpecialFile kind, int mode, int major, int minor) throws PosixException {
        int type = switch (kind) {
            case FIFO -> LibC.S_IFIFO;
            case SOCKET -> LibC.S_IFSOCK;
            case CHARACTER_DEVICE -> LibC.S_IFCHR;
            case BLOCK_DEVICE -> LibC.S_IFBLK;
        };
        int device = DeviceNumbers.encode(major, minor);
        calls.call(
                "mknod",
                path,
                () -> calls.c.syscall(
                        new NativeLong(LibC.SYS_MKNODAT), LibC.AT_FDCWD, Calls.raw(path), type | mode, device));
    }

    @Override
    public void renameToFree(Path from, Path to) throws PosixException {
        calls.call(
                "renameat2",
                to,
                () -> calls.c.syscall(
                        new NativeLong(LibC.SYS_RENAMEAT2),
                        LibC.AT_FDCWD,
                        Calls.raw(from),
                        LibC.AT_FDCWD,
                        Calls.raw(to),
                        LibC.RENAME_NOREPLACE));
    }

    @Override
    public void changeOwner(Path path, int uid, int gid) throws PosixException {
        calls.call("lchown", path, () -> calls.file.lchown(Calls.raw(path), uid, gid));
    }

    @Override
    public void changeTimes(Path path, Instant accessed, Instant modified) throws PosixException {
        long[] times = {accessed.getEpochSecond(), accessed.getNano(), modified.getEpochSecond(), modified.getNano()};
        calls.call(
                "utimensat",
                path,
                () -> calls.file.utimensat(LibC.AT_FDCWD, Calls.raw(path), times, LibC.AT_SYMLINK_NOFOLLOW));
    }

    @Override
    public void changeLength(Path file, long lengthBytes) throws PosixException {
        calls.open(
                file,
                LibC.O_WRONLY | LibC.O_NONBLOCK | LibC.O_NOFOLLOW,
                fd -> calls.call("ftruncate", file, () -> calls.file.ftruncate(fd, lengthBytes)));
    }

    @Override
    public List<String> extendedAttributes(Path path) throws PosixException {
        byte[] raw = Calls.raw(path);
        return AttributeNames.listed(
                () -> calls.call("llistxattr", path, () -> calls.file.llistxattr(raw, null, 0)),
                names -> calls.call("llistxattr", path, () -> calls.file.llistxattr(raw, names, names.length)));
    }

    @Override
    public byte[] extendedAttribute(Path path, String name) throws PosixException {
        byte[] value = new byte[XATTR_SIZE_MAX];
        long length = calls.call(
                "lgetxattr " + name,
                path,
                () -> calls.file.lgetxattr(Calls.raw(path), Calls.raw(name), value, value.length));
        return Arrays.copyOf(value, (int) length);
    }

    @Override
    public void setExtendedAttribute(Path path, String name, byte[] value) throws PosixException {
        calls.call(
                "lsetxattr " + name,
                path,
                () -> calls.file.lsetxattr(Calls.raw(path), Calls.raw(name), value, value.length, 0));
    }

    @Override
    public void removeExtendedAttribute(Path path, String name) throws PosixException {
        try {
            calls.call("lremovexattr " + name, path, () -> calls.file.lremovexattr(Calls.raw(path), Calls.raw(name)));
        } catch (PosixException e) {
            if (e.errno() != Errno.ENODATA) {
                throw e;
            }
        }
    }

    @Override
    public int inodeFlags(Path path) throws PosixException {
        return calls.open(path, INODE, fd -> {
            try {
                int[] flags = new int[1];
                calls.ioctl("FS_IOC_GETFLAGS", path, fd, LibC.FS_IOC_GETFLAGS, flags);
                return flags[0];
            } catch (PosixException e) {
                if (e.errno() == Errno.ENOTTY || e.errno() == Errno.EOPNOTSUPP || e.errno() == Errno.EINVAL) {
                    return 0;
                }
                throw e;
            }
        });
    }

    @Override
    public void setInodeFlags(Path path, int flags) throws PosixException {
        calls.open(path, INODE, fd -> {
            calls.ioctl("FS_IOC_SETFLAGS", path, fd, LibC.FS_IOC_SETFLAGS, new int[] {flags});
            return calls.call("fsync", path, () -> calls.file.fsync(fd));
        });
    }

    @Override
    public List<DataRange> dataRanges(Path file, int limit) throws PosixException {
        return calls.open(file, LibC.O_RDONLY | LibC.O_NONBLOCK | LibC.O_NOFOLLOW, fd -> {
            long size = calls.call("lseek", file, () -> calls.file.lseek(fd, 0, LibC.SEEK_END));
            List<DataRange> ranges = new ArrayList<>();
            long at = 0;
            while (at < size) {
                long data = seek(file, fd, at, LibC.SEEK_DATA, size);
                if (data >= size) {
                    break;
                }
                boolean last = ranges.size() == limit - 1;
                at = last ? size : Math.min(size, seek(file, fd, data, LibC.SEEK_HOLE, size));
                ranges.add(new DataRange(data, at - data));
            }
            return ranges;
        });
    }

    private long seek(Path file, int fd, long from, int whence, long size) throws PosixException {
        try {
            return calls.call("lseek", file, () -> calls.file.lseek(fd, from, whence));
        } catch (PosixException e) {
            if (e.errno() == Errno.ENXIO) {
                return size; // nothing but a hole up to the end
            }
            if (e.errno() == Errno.EINVAL) {
                return whence == LibC.SEEK_DATA ? from : size; // this file system doesn't tell
            }
            throw e;
        }
    }
}
