package io.saddlebag.posix.linux;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * glibc and musl, with the constants of the kernel's interface. Paths are bytes with a zero at the end. The exception in
 * each clause makes JNA take errno along with the call, before anything else can change it.
 */
interface LibC extends Library {
    int O_RDONLY = 0;
    int O_WRONLY = 1;
    int O_RDWR = 2;
    int O_CREAT = 0100;
    int O_EXCL = 0200;
    int O_NONBLOCK = 04000;
    int O_CLOEXEC = 02000000;
    // the two architectures differ here (asm/fcntl.h)
    int O_DIRECTORY = Platform.isARM() ? 040000 : 0200000;
    int O_NOFOLLOW = Platform.isARM() ? 0100000 : 0400000;

    int O_PATH = 010000000;

    int AT_FDCWD = -100;
    int AT_SYMLINK_NOFOLLOW = 0x100;
    /** glibc before 2.33 has no symbol for mknod(2), so it goes by number. */
    int SYS_MKNODAT = Platform.isARM() ? 33 : 259;
    /** renameat2(2): glibc before 2.28 and old musl have no symbol for it. */
    int SYS_RENAMEAT2 = Platform.isARM() ? 276 : 316;

    /** openat2(2): no C library has a symbol for it. */
    int SYS_OPENAT2 = 437;

    /** statx(2): glibc before 2.28 has no symbol for it. */
    int SYS_STATX = Platform.isARM() ? 291 : 332;

    long RESOLVE_NO_SYMLINKS = 4;
    long RESOLVE_BENEATH = 8;

    int RENAME_NOREPLACE = 1;

    int FALLOC_FL_KEEP_SIZE = 1;
    int FALLOC_FL_PUNCH_HOLE = 2;

    int SYNC_FILE_RANGE_WRITE = 2;

    int SEEK_END = 2;
    int SEEK_DATA = 3;
    int SEEK_HOLE = 4;

    long MS_RDONLY = 1;
    long MS_NOSUID = 2;
    long MS_NODEV = 4;

    // struct statx of 256 bytes: u16 mode at 28, u64 inode at 32, u32 major and minor of a device at 128
    int STATX_LENGTH = 256;
    // struct passwd on 64 bits: char pointers name and password, then u32 uid and gid
    int PASSWD_UID_AT = 16;
    int PASSWD_GID_AT = 20;
    // struct group on 64 bits: char pointers name and password, then u32 gid
    int GROUP_GID_AT = 16;
    int STATX_TYPE_AND_INODE = 0x101;
    int STATX_MODE_AT = 28;
    int STATX_INODE_AT = 32;
    int STATX_DEVICE_MAJOR_AT = 128;
    int STATX_DEVICE_MINOR_AT = 132;
    // struct statfs of 120 bytes: long block size at 8
    int STATFS_LENGTH = 120;
    int STATFS_BLOCK_SIZE_AT = 8;

    int S_IFMT = 0170000;
    int S_IFDIR = 0040000;
    int S_IFIFO = 0010000;
    int S_IFCHR = 0020000;
    int S_IFBLK = 0060000;
    int S_IFREG = 0100000;
    int S_IFSOCK = 0140000;

    long FIFREEZE = 0xC0045877L;
    long FITHAW = 0xC0045878L;
    /** The argument is an int, whatever the size in the number says. */
    long FS_IOC_GETFLAGS = 0x80086601L;

    long FS_IOC_SETFLAGS = 0x40086602L;
    long FICLONE = 0x40049409L;

    long XFS_IOC_FSGROWFSDATA = 0x4010586EL;

    long LOOP_CTL_GET_FREE = 0x4C82;
    long LOOP_CONFIGURE = 0x4C0A;
    int LO_FLAGS_READ_ONLY = 1;
    int LO_FLAGS_AUTOCLEAR = 4;
    int LOOP_MAJOR = 7;

    long BTRFS_IOC_RESIZE = 0x50009403L;
    long BTRFS_IOC_SNAP_DESTROY = 0x5000940FL;
    long BTRFS_IOC_SNAP_CREATE_V2 = 0x50009417L;
    long BTRFS_IOC_SUBVOL_CREATE_V2 = 0x50009418L;
    long BTRFS_IOC_GET_SUBVOL_ROOTREF = 0xD000943DL;
    long BTRFS_IOC_INO_LOOKUP_USER = 0xD000943EL;
    int BTRFS_SUBVOL_RDONLY = 2;
    long BTRFS_FIRST_FREE_OBJECTID = 256;

    static LibC load() {
        return Native.load("c", LibC.class);
    }

    int statx(int folder, byte[] path, int flags, int mask, Pointer status) throws LastErrorException;

    int statfs(byte[] path, Pointer status) throws LastErrorException;

    int ioctl(int fd, NativeLong request, Object... argument) throws LastErrorException;

    int syncfs(int fd) throws LastErrorException;

    int mount(byte[] source, byte[] target, String type, NativeLong flags, @Nullable String options)
            throws LastErrorException;

    int umount2(byte[] target, int flags) throws LastErrorException;

    int unlink(byte[] path) throws LastErrorException;

    NativeLong syscall(NativeLong number, Object... arguments) throws LastErrorException;

    /** Not thread-safe: the record is the library's own. It leaves any errno behind, also where it finds the user. */
    @Nullable
    Pointer getpwnam(byte[] name);

    /** As {@link #getpwnam}. */
    @Nullable
    Pointer getgrnam(byte[] name);

    /** As {@link #getpwnam}. */
    @Nullable
    Pointer getgrgid(int group);

    int getgrouplist(byte[] user, int group, int[] groups, int[] count);

    int setgroups(NativeLong count, int[] groups) throws LastErrorException;

    int setresgid(int real, int effective, int saved) throws LastErrorException;

    int setresuid(int real, int effective, int saved) throws LastErrorException;

    int fallocate(int fd, int mode, long offset, long length) throws LastErrorException;
}
