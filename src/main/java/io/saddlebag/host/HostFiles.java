package io.saddlebag.host;

import io.saddlebag.posix.DataRange;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Files of the machine: sources of backups and targets of restores. Thread-safe. Never follows a symbolic link in the
 * last component of a path; those before it are the caller's to check ({@link Confined}).
 *
 * <p>Everything throws {@link io.saddlebag.fault.BackupException} with a {@link FileFault} where an operator can do
 * something about it: {@link FileFault#VANISHED} when the file or its folder is gone, {@link FileFault#PERMISSION},
 * {@link FileFault#NO_SPACE}, {@link FileFault#EXISTS}, {@link FileFault#IO_ERROR}; channels do too. Then nothing has
 * changed, apart from a channel, whose position says how far it got.
 */
public interface HostFiles {
    /**
     * How names of files under way begin, with a letter or number behind. Such a file is of no use to anybody but the process
     * that makes it, and a crash may leave some.
     */
    String UNDER_WAY = ".saddlebag-part-";

    // ---- beside others

    /**
     * These files, for use below folders that other processes may change meanwhile (X13): on the way from a root to what is
     * named, no link is followed, even one that was a folder when somebody looked. Then everything throws
     * {@link FileFault#NOT_CONFINED}, and has done nothing. Roots themselves, what is above them and what is elsewhere are
     * as ever. Without such a way on this machine, the files as they are.
     *
     * @param roots absolute; may be made later
     */
    default Anchor anchor(Collection<Path> roots) {
        return new Anchor(this, () -> {});
    }

    // ---- looking

    /** What is there (lstat(2)). */
    FileStatus status(Path path) throws IOException;

    /** As {@link #status}; empty when nothing is there. */
    default Optional<FileStatus> find(Path path) throws IOException {
        return exists(path) ? Optional.of(status(path)) : Optional.empty();
    }

    /**
     * A file without a name on this machine, among the temporary ones, for what is longer than memory should hold. It is gone when it is closed,
     * or with the process, however that ends.
     */
    SeekableByteChannel openUnnamed() throws IOException;

    /** Whether anything is there, a dangling link too. */
    boolean exists(Path path) throws IOException;

    /**
     * What is in a folder, in the order of the names' bytes, so that two walks of one tree agree on any machine. All of
     * one folder is in memory at once: its names, about 15 bytes more for each, and no paths. The list isn't to be changed (Q9).
     */
    List<Path> list(Path folder) throws IOException;

    /** Whether another file system begins there, so that the folder itself can't be renamed; false when nothing is there. */
    default boolean isMountPoint(Path folder) throws IOException {
        Path above = folder.getParent();
        return above != null
                && exists(folder)
                && status(folder).key().device() != status(above).key().device();
    }

    /** Reads a regular file; fails for anything else, so that nobody waits for the writer of a FIFO. */
    SeekableByteChannel openRead(Path file) throws IOException;

    /**
     * Opens a regular file that is there for reading and writing at any place of it; for files that are of use to nobody else yet.
     * Nothing written is durable before {@link #syncFileSystem}.
     */
    SeekableByteChannel openWrite(Path file) throws IOException;

    /**
     * Where a regular file holds data; between are holes.
     *
     * @param limit the most ranges to return; the last then covers the rest of the file
     */
    List<DataRange> dataRanges(Path file, int limit) throws IOException;

    /** Extended attributes by name, access control lists and capabilities among them; at most 64 KiB each. */
    Map<String, byte[]> attributes(Path path) throws IOException;

    /** What chattr set (D3). Empty for all but regular files and folders, and where the file system has none. */
    Set<FileFlag> flags(Path path) throws IOException;

    /** What an unprivileged user may still write to the file system that holds the path, in bytes. */
    long usableSpaceBytes(Path path) throws IOException;

    /** How large the file system that holds the path is, in bytes. */
    long totalSpaceBytes(Path path) throws IOException;

    // ---- making

    /**
     * Begins a new file that will be called {@code target}; nothing is called so until it is published.
     *
     * @param target in a folder that exists
     */
    NewFile create(Path target) throws IOException;

    /** Makes a folder of mode 0700 in one that exists. */
    void makeFolder(Path folder) throws IOException;

    /** @param target as to be stored, existing or not */
    void makeLink(Path link, Path target) throws IOException;

    /** Gives a file a further name. */
    void makeHardLink(Path link, Path existing) throws IOException;

    /**
     * Makes a FIFO, socket or device of mode 0600.
     *
     * @param device {@link DeviceNumber#NONE} for FIFO and socket
     */
    void makeSpecial(Path path, FileKind kind, DeviceNumber device) throws IOException;

    /** The object of that name, of which there may be another one at each use. */
    default Inode named(Path path) {
        return new NamedInode(this, path);
    }

    /** Clears set-user-id and set-group-id, so the mode comes after the owner. */
    void setOwner(Path path, int uid, int gid) throws IOException;

    /** No effect on a link, which has no mode of its own on Linux. */
    void setMode(Path path, int mode) throws IOException;

    /** Everything else that is done to a file changes its times, so this comes last. */
    void setTimes(Path path, Instant accessed, Instant modified) throws IOException;

    /** @throws io.saddlebag.fault.BackupException {@link FileFault#UNSUPPORTED} where the file system has no such attribute */
    void setAttribute(Path path, String name, byte[] value) throws IOException;

    /** No effect when it has none of this name. */
    void removeAttribute(Path path, String name) throws IOException;

    /**
     * Sets these flags, durably, and clears the others. An immutable file can't be changed or renamed any more, so this comes
     * last.
     *
     * @throws io.saddlebag.fault.BackupException {@link FileFault#UNSUPPORTED} where the file system has no such flag
     */
    void setFlags(Path path, Set<FileFlag> flags) throws IOException;

    /** Deletes a file, a link itself, or an empty folder; no effect when nothing is there. */
    void delete(Path path) throws IOException;

    /**
     * Gives a file or folder another name in the same file system, at once or never. The name is durable after
     * {@link #syncFolder} of its folder.
     *
     * @throws io.saddlebag.fault.BackupException {@link FileFault#EXISTS} when something has the new name
     */
    void rename(Path from, Path to) throws IOException;

    /**
     * As {@link #rename}, in the place of what has the new name, at once or never.
     *
     * @throws io.saddlebag.fault.BackupException {@link FileFault#WRONG_TYPE} when that is a folder
     */
    void replace(Path from, Path to) throws IOException;

    /** Makes the names in a folder durable; once for any number of them. */
    void syncFolder(Path folder) throws IOException;

    /** Makes everything in the file system that holds the path durable, names too, whoever wrote it. */
    void syncFileSystem(Path path) throws IOException;
}
