package io.saddlebag.host.local;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Anchor;
import io.saddlebag.host.DeviceNumber;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.FileFlag;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.NewFile;
import io.saddlebag.posix.DataRange;
import io.saddlebag.posix.Errno;
import io.saddlebag.posix.Posix;
import io.saddlebag.posix.PosixException;
import io.saddlebag.posix.SpecialFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** Files of this machine. Thread-safe. */
public final class LocalFiles implements HostFiles {
    /** Names tried when those of another process, or of a crash, are in the way. */
    private static final int ATTEMPTS = 100_000;

    private static final int ONLY_MINE = 0600;

    private static final FileAttribute<?> ONLY_MY_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Posix posix;
    private final LocalStatus statuses;
    private final AtomicLong temporaryNumber = new AtomicLong();

    public LocalFiles(Posix posix) {
        this.posix = posix;
        this.statuses = new LocalStatus(posix);
    }

    @Override
    public FileStatus status(Path path) throws IOException {
        return checked("looking at", path, () -> statuses.of(path));
    }

    @Override
    public Optional<FileStatus> find(Path path) throws IOException {
        return checked("looking at", path, () -> statuses.find(path));
    }

    @Override
    public boolean exists(Path path) throws IOException {
        return find(path).isPresent();
    }

    @Override
    public List<Path> list(Path folder) throws IOException {
        return checked("listing", folder, () -> {
            FolderNames found = new FolderNames(folder);
            // a stream of a link to a folder would list what it points to
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                throw notA("folder", folder);
            }
            try (DirectoryStream<Path> names = Files.newDirectoryStream(folder)) {
                names.forEach(path -> found.append(path.getFileName()));
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
            return found.sorted();
        });
    }

    /** A subvolume has a device number of its own, and can be renamed. */
    @Override
    public boolean isMountPoint(Path folder) throws IOException {
        return checked(
                "looking at",
                folder,
                () -> Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                        && posix.mountOf(folder).path().equals(folder.toRealPath()));
    }

    @Override
    public SeekableByteChannel openRead(Path file) throws IOException {
        return checked("opening", file, () -> {
            // opening a FIFO would wait for its writer, opening a device may do anything
            if (!statuses.of(file).is(FileKind.REGULAR)) {
                throw notA("regular file", file);
            }
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
            return new CheckedChannel(channel, file, CheckedChannel.Closing.CLOSES_FILE);
        });
    }

    @Override
    public SeekableByteChannel openWrite(Path file) throws IOException {
        return checked("opening", file, () -> {
            if (!statuses.of(file).is(FileKind.REGULAR)) {
                throw notA("regular file", file);
            }
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
            return new CheckedChannel(channel, file, CheckedChannel.Closing.CLOSES_FILE);
        });
    }

    @Override
    public SeekableByteChannel openUnnamed() throws IOException {
        return unnamed();
    }

    static SeekableByteChannel unnamed() throws IOException {
        Path folder = Path.of(System.getProperty("java.io.tmpdir"));
        return checked("making a temporary file in", folder, () -> {
            Path named = Files.createTempFile(folder, "saddlebag-", ".spool");
            try {
                FileChannel channel = FileChannel.open(named, StandardOpenOption.READ, StandardOpenOption.WRITE);
                return new CheckedChannel(channel, named, CheckedChannel.Closing.CLOSES_FILE);
            } finally {
                Files.delete(named);
            }
        });
    }

    @Override
    public List<DataRange> dataRanges(Path file, int limit) throws IOException {
        return checked("looking for holes in", file, () -> posix.dataRanges(file, limit));
    }

    @Override
    public Map<String, byte[]> attributes(Path path) throws IOException {
        return checked("reading attributes of", path, () -> {
            Map<String, byte[]> attributes = new LinkedHashMap<>();
            for (String name : posix.extendedAttributes(path)) {
                try {
                    attributes.put(name, posix.extendedAttribute(path, name));
                } catch (PosixException e) {
                    if (e.errno() != Errno.ENODATA) { // else removed since it was listed
                        throw e;
                    }
                }
            }
            return attributes;
        });
    }

    @Override
    public Set<FileFlag> flags(Path path) throws IOException {
        return checked("reading flags of", path, () -> FileFlag.ofBits(posix.inodeFlags(path)));
    }

    @Override
    public long usableSpaceBytes(Path path) throws IOException {
        return checked(
                "asking for the space at", path, () -> Files.getFileStore(path).getUsableSpace());
    }

    @Override
    public long totalSpaceBytes(Path path) throws IOException {
        return checked(
                "asking for the size of the file system at",
                path,
                () -> Files.getFileStore(path).getTotalSpace());
    }

    @Override
    public NewFile create(Path target) throws IOException {
        return checked("creating", target, () -> {
            for (int attempt = 0; ; attempt++) {
                Path temporary = target.resolveSibling(UNDER_WAY + temporaryNumber.incrementAndGet());
                try {
                    return new LocalNewFile(target, temporary, posix.createFile(temporary, ONLY_MINE));
                } catch (PosixException e) {
                    if (e.errno() != Errno.EEXIST || attempt == ATTEMPTS) {
                        throw e;
                    }
                }
            }
        });
    }

    @Override
    public void makeFolder(Path folder) throws IOException {
        checked("making folder", folder, () -> Files.createDirectory(folder, ONLY_MY_FOLDER));
    }

    @Override
    public void makeLink(Path link, Path target) throws IOException {
        checked("making link", link, () -> Files.createSymbolicLink(link, target));
    }

    @Override
    public void makeHardLink(Path link, Path existing) throws IOException {
        checked("making hard link", link, () -> Files.createLink(link, existing));
    }

    @Override
    public void makeSpecial(Path path, FileKind kind, DeviceNumber device) throws IOException {
        SpecialFile special = switch (kind) {
            case FIFO -> SpecialFile.FIFO;
            case SOCKET -> SpecialFile.SOCKET;
            case CHARACTER_DEVICE -> SpecialFile.CHARACTER_DEVICE;
            case BLOCK_DEVICE -> SpecialFile.BLOCK_DEVICE;
            case REGULAR, FOLDER, LINK -> throw new IllegalArgumentException("made otherwise: " + kind);
        };
        checked("making", path, () -> {
            posix.makeSpecial(path, special, 0600, device.major(), device.minor());
            return path;
        });
    }

    @Override
    public void setOwner(Path path, int uid, int gid) throws IOException {
        checked("setting the owner of", path, () -> {
            posix.changeOwner(path, uid, gid);
            return path;
        });
    }

    @Override
    public void setMode(Path path, int mode) throws IOException {
        checked("setting the mode of", path, () -> {
            if (statuses.of(path).kind() != FileKind.LINK) {
                posix.changeMode(path, mode);
            }
            return path;
        });
    }

    @Override
    public void setTimes(Path path, Instant accessed, Instant modified) throws IOException {
        checked("setting the times of", path, () -> {
            posix.changeTimes(path, accessed, modified);
            return path;
        });
    }

    @Override
    public void setAttribute(Path path, String name, byte[] value) throws IOException {
        checked("setting attribute " + name + " of", path, () -> {
            posix.setExtendedAttribute(path, name, value);
            return path;
        });
    }

    @Override
    public void removeAttribute(Path path, String name) throws IOException {
        checked("removing attribute " + name + " of", path, () -> {
            posix.removeExtendedAttribute(path, name);
            return path;
        });
    }

    @Override
    public void setFlags(Path path, Set<FileFlag> flags) throws IOException {
        checked("setting flags of", path, () -> {
            int now = posix.inodeFlags(path);
            int wanted = (now & ~FileFlag.bits(EnumSet.allOf(FileFlag.class))) | FileFlag.bits(flags);
            if (wanted != now) {
                posix.setInodeFlags(path, wanted);
            }
            return path;
        });
    }

    @Override
    public void delete(Path path) throws IOException {
        checked("deleting", path, () -> Files.deleteIfExists(path));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        checked("renaming", from, () -> {
            try {
                posix.renameToFree(from, to);
                return to;
            } catch (PosixException e) {
                if (e.errno() != Errno.EINVAL && e.errno() != Errno.ENOSYS) {
                    throw e;
                }
            }
            // a file system that can't do it at once; two who rename to one name are kept apart by nothing there
            if (Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
                throw new FileAlreadyExistsException(to.toString());
            }
            return Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        });
    }

    @Override
    public void replace(Path from, Path to) throws IOException {
        checked("renaming", from, () -> {
            if (Files.isDirectory(to, LinkOption.NOFOLLOW_LINKS)) {
                throw new BackupException(
                        FileFault.WRONG_TYPE,
                        "renaming " + from + " to " + to + " failed: there is a folder of this name",
                        "Move the folder away, or choose another target.");
            }
            return Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        });
    }

    @Override
    public Anchor anchor(Collection<Path> roots) {
        AnchoredFiles anchored = new AnchoredFiles(this, posix, roots);
        return new Anchor(anchored, anchored::close);
    }

    @Override
    public void syncFolder(Path folder) throws IOException {
        checked("making durable", folder, () -> {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
            return folder;
        });
    }

    @Override
    public void syncFileSystem(Path path) throws IOException {
        checked("making durable", path, () -> {
            posix.syncFileSystem(path);
            return path;
        });
    }

    private interface Step<T> {
        T take() throws IOException;
    }

    private static <T> T checked(String doing, Path path, Step<T> step) throws IOException {
        try {
            return step.take();
        } catch (IOException e) {
            throw FileFailure.of(doing, path, e);
        }
    }

    private static IOException notA(String wanted, Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return new NoSuchFileException(path.toString());
        }
        return new BackupException(
                FileFault.WRONG_TYPE,
                path + " is not a " + wanted,
                "Repeat; it was replaced by something else meanwhile.");
    }
}
