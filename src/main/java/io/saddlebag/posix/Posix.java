package io.saddlebag.posix;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * System calls that Java has no method for. Thread-safe. Nothing follows a symbolic link in the last component unless it
 * says so. Each throws {@link PosixException} with the call, the path and errno, and then has changed nothing.
 */
public interface Posix {
    // ---- mounts

    /**
     * The mount through which a path is seen; symbolic links are followed first.
     *
     * @throws IOException when the path doesn't exist
     */
    MountPoint mountOf(Path path) throws IOException;

    /** All mounts of this process, in the kernel's order; what was mounted over is among them. */
    List<MountPoint> mounts() throws IOException;

    /** The file under a mount, when its device is a loop device. */
    Optional<LoopBacking> backingOf(MountPoint mount) throws IOException;

    /** Mounts an image; the loop device disappears by itself with {@link #unmount}. No set-user-id, no devices. */
    void mountImage(ImageMount mount) throws IOException;

    /** @throws PosixException EBUSY while something is open below; EINVAL when nothing is mounted there */
    void unmount(Path target) throws PosixException;

    /**
     * Lets the disk begin with a range of a file that was written (sync_file_range(2)), so that a flush to come has less to wait for. Nothing
     * is durable by that, and it may wait while the disk has much to do. Doesn't follow a link.
     */
    void beginWriting(Path file, long offsetBytes, long lengthBytes) throws PosixException;

    /** Writes everything that is dirty in the file system that holds the path; durable on return. */
    void syncFileSystem(Path path) throws PosixException;

    /**
     * Holds all writing to a file system; what is on its device is then complete and clean. Writers wait, also those of
     * this process: nothing that runs before {@link #thaw} may write there.
     *
     * @throws PosixException EBUSY when it is frozen already; EOPNOTSUPP when it can't be
     */
    void freeze(Path mountPoint) throws PosixException;

    /**
     * Lets writers go on.
     *
     * @return false when it was not frozen
     */
    boolean thaw(Path mountPoint) throws PosixException;

    /**
     * Makes a Btrfs or XFS file system as large as its device has become.
     *
     * @param lengthBytes of the device
     */
    void growFileSystem(Path mountPoint, long lengthBytes) throws IOException;

    // ---- devices

    /**
     * What a block device, with its partitions, or a regular file is in use for; empty for what nobody uses, and for anything
     * else. Follows links.
     */
    List<DeviceUse> usesOf(Path deviceOrFile) throws IOException;

    /**
     * Takes a block device for this process alone: it can't be mounted meanwhile.
     *
     * @throws PosixException EBUSY when it is mounted or in use otherwise
     */
    DeviceClaim claimDevice(Path device) throws PosixException;

    /**
     * Makes a range of a file or block device read as zeros and gives its space back. Follows a link.
     *
     * @throws PosixException EOPNOTSUPP where file system or device can't
     */
    void punchHole(Path fileOrDevice, long offsetBytes, long lengthBytes) throws PosixException;

    // ---- clones

    /**
     * Makes a new file that shares the source's blocks until one of them is written: of one instant, in no time. Only the
     * content; mode 0600, owner this process. Follows a link of the source.
     *
     * @throws PosixException EOPNOTSUPP, EXDEV, EINVAL where the file system can't; no target is left then. EEXIST
     */
    void cloneFile(Path source, Path target) throws PosixException;

    // ---- Btrfs

    /** Whether the path is the top folder of a Btrfs subvolume. */
    boolean isSubvolume(Path path) throws IOException;

    void createSubvolume(Path path) throws PosixException;

    /** A read-only snapshot of the subvolume, without the subvolumes nested in it; committed to the device on return. */
    void snapshotSubvolume(Path subvolume, Path target) throws PosixException;

    /** Deletes a subvolume or snapshot with everything in it; the space comes back a little later. */
    void deleteSubvolume(Path path) throws PosixException;

    /** The subvolumes directly nested in a subvolume, at most {@code limit}. */
    List<Path> nestedSubvolumes(Path subvolume, int limit) throws PosixException;

    // ---- users

    /** Empty when this machine knows no user of that name. */
    Optional<Account> account(String name);

    /** Empty when this machine knows no group of that name. */
    OptionalInt groupNumber(String name);

    /**
     * Makes this process, with all its threads, one of that user, for good: user, groups, and no way back. To be called before
     * anything is opened that the user must not have.
     *
     * @throws PosixException ENOENT when there is no such user; EPERM when this process isn't root's
     */
    void becomeUser(String name) throws PosixException;

    // ---- files

    /**
     * Holds a folder; links are followed.
     *
     * @throws PosixException ENOENT, ENOTDIR, EACCES
     */
    HeldFolder holdFolder(Path folder) throws PosixException;

    /**
     * Makes a new regular file.
     *
     * @param mode permissions; the umask takes away from them
     * @throws PosixException EEXIST when something has the name
     */
    WritableFile createFile(Path path, int mode) throws PosixException;

    /**
     * What is there; empty when nothing is, which costs no more than an answer.
     *
     * @throws PosixException ENOSYS, or in some containers EPERM, where the kernel doesn't have the call
     */
    Optional<InodeStatus> inodeStatus(Path path) throws PosixException;

    /** Sets the twelve bits of permissions of anything but a link, for which it fails with EOPNOTSUPP. */
    void changeMode(Path path, int mode) throws PosixException;

    /**
     * Makes a node.
     *
     * @param mode permissions; the umask takes away from them
     * @param major of a device; 0 for the others, and minor likewise
     */
    void makeSpecial(Path path, SpecialFile kind, int mode, int major, int minor) throws PosixException;

    /**
     * Gives a file or folder another name, at once, and never to the cost of what has that name.
     *
     * @throws PosixException EEXIST when something has the name; EINVAL or ENOSYS where file system or kernel can't tell
     */
    void renameToFree(Path from, Path to) throws PosixException;

    /** Of the link itself when the path is one. */
    void changeOwner(Path path, int uid, int gid) throws PosixException;

    /** To the nanosecond; of the link itself when the path is one. */
    void changeTimes(Path path, Instant accessed, Instant modified) throws PosixException;

    /** Cuts a file or lengthens it by a hole. */
    void changeLength(Path file, long lengthBytes) throws PosixException;

    /** Names of the extended attributes, access control lists among them. Empty where there are none. */
    List<String> extendedAttributes(Path path) throws PosixException;

    /** @throws PosixException ENODATA when there is none of this name any more */
    byte[] extendedAttribute(Path path, String name) throws PosixException;

    void setExtendedAttribute(Path path, String name, byte[] value) throws PosixException;

    /** No effect when there is none of this name. */
    void removeExtendedAttribute(Path path, String name) throws PosixException;

    /**
     * The flags of an inode (FS_IOC_GETFLAGS), bits as in linux/fs.h.
     *
     * @param path of a regular file or folder
     * @return 0 where the file system has none
     */
    int inodeFlags(Path path) throws PosixException;

    /** Sets all of an inode's flags, durably; those that users can't change have to be as they are. */
    void setInodeFlags(Path path, int flags) throws PosixException;

    /**
     * Where a file holds data, in order; one range of everything where the file system doesn't tell.
     *
     * @param limit the most ranges to return; the last then covers the rest of the file, holes included
     */
    List<DataRange> dataRanges(Path file, int limit) throws PosixException;
}
