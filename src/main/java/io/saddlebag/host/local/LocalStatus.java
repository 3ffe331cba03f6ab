package io.saddlebag.host.local;

import io.saddlebag.host.DeviceNumber;
import io.saddlebag.host.FileKey;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.FileOwner;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.FileTimes;
import io.saddlebag.posix.Errno;
import io.saddlebag.posix.InodeStatus;
import io.saddlebag.posix.Posix;
import io.saddlebag.posix.PosixException;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.Principal;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Reads what a file is in one call, and remembers the names of owners, which may come from a directory service. */
final class LocalStatus {
    /** Owners remembered; then all are forgotten, so that a renamed one isn't wrong for ever. */
    private static final int REMEMBERED = 10_000;

    private static final String ATTRIBUTES =
            "unix:mode,ino,dev,rdev,nlink,uid,gid,size,lastAccessTime,lastModifiedTime,ctime";

    private static final int TYPE = 0170000;
    private static final boolean UNIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("unix");

    private final Posix posix;
    private final Map<Integer, String> users = new ConcurrentHashMap<>();
    private final Map<Integer, String> groups = new ConcurrentHashMap<>();
    private volatile boolean asksJava;

    LocalStatus(Posix posix) {
        this.posix = posix;
    }

    /** @throws NoSuchFileException when nothing is there */
    FileStatus of(Path path) throws IOException {
        return find(path).orElseThrow(() -> new NoSuchFileException(path.toString()));
    }

    Optional<FileStatus> find(Path path) throws IOException {
        try {
            if (!asksJava) {
                Optional<InodeStatus> found = posix.inodeStatus(path);
                return found.isPresent() ? Optional.of(read(path, found.get())) : Optional.empty();
            }
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (PosixException e) {
            // a kernel before 4.11, or a container whose filter doesn't know the call
            if (e.errno() != Errno.ENOSYS && e.errno() != Errno.EPERM) {
                throw e;
            }
            asksJava = true;
        }
        return findByJava(path);
    }

    private Optional<FileStatus> findByJava(Path path) throws IOException {
        try {
            return Optional.of(UNIX ? unix(path) : portable(path));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private FileStatus read(Path path, InodeStatus inode) throws IOException {
        FileKind kind = kind(inode.mode() & TYPE);
        boolean isDevice = kind == FileKind.CHARACTER_DEVICE || kind == FileKind.BLOCK_DEVICE;
        String user = name(users, inode.uid(), path, "unix:owner");
        String group = name(groups, inode.gid(), path, "unix:group");
        return new FileStatus(
                kind,
                inode.sizeBytes(),
                inode.mode() & 07777,
                new FileOwner(inode.uid(), inode.gid(), user, group),
                new FileTimes(inode.accessed(), inode.modified(), inode.changed()),
                new FileKey(inode.device(), inode.inode()),
                inode.links(),
                isDevice ? new DeviceNumber(inode.specialMajor(), inode.specialMinor()) : DeviceNumber.NONE,
                target(path, kind));
    }

    private FileStatus unix(Path path) throws IOException {
        Map<String, Object> all = Files.readAttributes(path, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
        int mode = (int) number(all, "mode");
        FileKind kind = kind(mode & TYPE);
        int uid = (int) number(all, "uid");
        int gid = (int) number(all, "gid");
        long device = number(all, "rdev");
        boolean isDevice = kind == FileKind.CHARACTER_DEVICE || kind == FileKind.BLOCK_DEVICE;
        return new FileStatus(
                kind,
                number(all, "size"),
                mode & 07777,
                new FileOwner(uid, gid, name(users, uid, path, "unix:owner"), name(groups, gid, path, "unix:group")),
                new FileTimes(
                        time(all, "lastAccessTime").toInstant(),
                        time(all, "lastModifiedTime").toInstant(),
                        time(all, "ctime").toInstant()),
                new FileKey(number(all, "dev"), number(all, "ino")),
                number(all, "nlink"),
                isDevice ? new DeviceNumber(major(device), minor(device)) : DeviceNumber.NONE,
                target(path, kind));
    }

    /** Where there are no owners and modes: those that mean "anyone may read, the owner may write". */
    private static FileStatus portable(Path path) throws IOException {
        BasicFileAttributes all = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        FileKind kind = all.isSymbolicLink() ? FileKind.LINK : all.isDirectory() ? FileKind.FOLDER : FileKind.REGULAR;
        String owner = Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).getName();
        return new FileStatus(
                kind,
                all.size(),
                kind == FileKind.FOLDER ? 0755 : 0644,
                new FileOwner(0, 0, owner, ""),
                new FileTimes(
                        all.lastAccessTime().toInstant(),
                        all.lastModifiedTime().toInstant(),
                        all.lastModifiedTime().toInstant()),
                new FileKey(0, path.toAbsolutePath().toString().hashCode()),
                1,
                DeviceNumber.NONE,
                target(path, kind));
    }

    private static @Nullable Path target(Path path, FileKind kind) throws IOException {
        return kind == FileKind.LINK ? Files.readSymbolicLink(path) : null;
    }

    private static FileKind kind(int type) throws IOException {
        return switch (type) {
            case 0100000 -> FileKind.REGULAR;
            case 0040000 -> FileKind.FOLDER;
            case 0120000 -> FileKind.LINK;
            case 0010000 -> FileKind.FIFO;
            case 0020000 -> FileKind.CHARACTER_DEVICE;
            case 0060000 -> FileKind.BLOCK_DEVICE;
            case 0140000 -> FileKind.SOCKET;
            default -> throw new IOException("a kind of file that is not known: 0" + Integer.toOctalString(type));
        };
    }

    private static String name(Map<Integer, String> known, int id, Path path, String attribute) throws IOException {
        String name = known.get(id);
        if (name == null) {
            Object principal = Files.getAttribute(path, attribute, LinkOption.NOFOLLOW_LINKS);
            name = ((Principal) principal).getName();
            if (known.size() >= REMEMBERED) {
                known.clear();
            }
            known.put(id, name);
        }
        return name;
    }

    private static long number(Map<String, Object> all, String name) {
        return ((Number) Objects.requireNonNull(all.get(name))).longValue();
    }

    private static FileTime time(Map<String, Object> all, String name) {
        return (FileTime) Objects.requireNonNull(all.get(name));
    }

    /** As glibc packs them (gnu_dev_major(3)). */
    private static int major(long device) {
        return (int) (((device >>> 8) & 0xFFF) | ((device >>> 32) & 0xFFFF_F000L));
    }

    private static int minor(long device) {
        return (int) ((device & 0xFF) | ((device >>> 12) & 0xFFFF_FF00L));
    }
}
