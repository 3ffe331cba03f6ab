package io.saddlebag.posix.linux;

import com.sun.jna.Native;
import io.saddlebag.posix.Errno;
import io.saddlebag.posix.InodeStatus;
import io.saddlebag.posix.PosixException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** statx(2), by number, since glibc before 2.28 has no symbol for it. Thread-safe. */
final class Inodes {
    private static final int BASIC = 0x7FF;
    private static final int BLOCK_BYTES = 512;

    // struct statx (linux/stat.h); times are s64 seconds and u32 nanoseconds
    private static final int LINKS_AT = 16;
    private static final int UID_AT = 20;
    private static final int GID_AT = 24;
    private static final int SIZE_AT = 40;
    private static final int BLOCKS_AT = 48;
    private static final int ACCESSED_AT = 64;
    private static final int CHANGED_AT = 96;
    private static final int MODIFIED_AT = 112;
    private static final int MAJOR_AT = 136;
    private static final int MINOR_AT = 140;

    private final Calls calls;

    Inodes(Calls calls) {
        this.calls = calls;
    }

    Optional<InodeStatus> status(Path path) throws PosixException {
        byte[] status = new byte[LibC.STATX_LENGTH];
        long failed = calls.file.syscall(
                LibC.SYS_STATX, LibC.AT_FDCWD, Calls.raw(path), LibC.AT_SYMLINK_NOFOLLOW, BASIC, status);
        if (failed == 0) {
            return Optional.of(read(ByteBuffer.wrap(status).order(ByteOrder.nativeOrder())));
        }
        PosixException failure = new PosixException("statx", path.toString(), Native.getLastError());
        if (failure.errno() == Errno.ENOENT) {
            return Optional.empty();
        }
        throw failure;
    }

    private static InodeStatus read(ByteBuffer status) {
        return new InodeStatus(
                status.getShort(LibC.STATX_MODE_AT) & 0xFFFF,
                status.getInt(UID_AT),
                status.getInt(GID_AT),
                status.getLong(SIZE_AT),
                status.getLong(BLOCKS_AT) * BLOCK_BYTES,
                Integer.toUnsignedLong(status.getInt(LINKS_AT)),
                packed(
                        Integer.toUnsignedLong(status.getInt(MAJOR_AT)),
                        Integer.toUnsignedLong(status.getInt(MINOR_AT))),
                status.getLong(LibC.STATX_INODE_AT),
                status.getInt(LibC.STATX_DEVICE_MAJOR_AT),
                status.getInt(LibC.STATX_DEVICE_MINOR_AT),
                time(status, ACCESSED_AT),
                time(status, MODIFIED_AT),
                time(status, CHANGED_AT));
    }

    private static Instant time(ByteBuffer status, int at) {
        return Instant.ofEpochSecond(status.getLong(at), status.getInt(at + Long.BYTES));
    }

    /** As glibc packs a device's number (gnu_dev_makedev(3)). */
    private static long packed(long major, long minor) {
        return (major & 0xFFFF_F000L) << 32 | (major & 0xFFF) << 8 | (minor & 0xFFFF_FF00L) << 12 | (minor & 0xFF);
    }
}
