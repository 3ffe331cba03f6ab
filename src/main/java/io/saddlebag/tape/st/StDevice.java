package io.saddlebag.tape.st;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import io.saddlebag.posix.Errno;
import io.saddlebag.posix.PosixException;
import io.saddlebag.posix.RawPath;
import io.saddlebag.scsi.ScsiException;
import io.saddlebag.scsi.ScsiFault;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An open tape device. Results below zero are numbers of errno, negative. Not thread-safe.
 *
 * <p>It is opened without waiting: else the kernel waits two minutes for a medium in an empty drive.
 */
final class StDevice {
    static final int EIO = 5;
    static final int ENOMEM = 12;
    static final int EACCES = 13;
    static final int EBUSY = 16;
    static final int EINVAL = 22;
    static final int ENOSPC = 28;
    static final int EROFS = 30;
    static final int EOVERFLOW = 75;
    static final int ENOMEDIUM = 123;

    private final StCalls calls;
    private final Path path;
    private final Memory argument = new Memory(StStatus.BYTES);
    private @Nullable Memory bounce;
    private int fd = -1;

    StDevice(StCalls calls, Path path) {
        this.calls = calls;
        this.path = path;
    }

    /** Opens it, closed before if it was open: only then the kernel looks at the medium again. */
    void reopen() throws ScsiException {
        close();
        byte[] raw = RawPath.bytes(path);
        byte[] terminated = Arrays.copyOf(raw, raw.length + 1);
        try {
            fd = open(terminated, StCalls.O_RDWR);
        } catch (LastErrorException e) {
            if (e.getErrorCode() != EROFS && e.getErrorCode() != EACCES) {
                throw refused(e);
            }
            try {
                fd = open(terminated, StCalls.O_RDONLY);
            } catch (LastErrorException again) {
                throw refused(again);
            }
        }
    }

    void close() {
        if (fd >= 0) {
            try {
                calls.close(fd);
            } catch (LastErrorException e) {
                // all that counts was flushed and reported before
                fd = -1;
            }
        }
        fd = -1;
    }

    boolean isOpen() {
        return fd >= 0;
    }

    int operate(int operation, int count) {
        argument.clear();
        argument.setShort(0, (short) operation);
        argument.setInt(4, count);
        return ioctl(StCalls.MTIOCTOP);
    }

    /** Waits for writes that the kernel still has on its way: their failure is told here. */
    int askStatus() {
        argument.clear();
        return ioctl(StCalls.MTIOCGET);
    }

    /** After {@link #askStatus} that succeeded. */
    StStatus status() {
        return StStatus.of(argument);
    }

    /** The drive's logical object number. */
    long position() {
        argument.clear();
        int error = ioctl(StCalls.MTIOCPOS);
        return error < 0 ? error : Integer.toUnsignedLong((int) argument.getLong(0));
    }

    /** Does not consume the buffer. */
    int write(ByteBuffer block) {
        int bytes = block.remaining();
        try {
            return calls.write(fd, out(block, bytes), new NativeLong(bytes)).intValue();
        } catch (LastErrorException e) {
            return -e.getErrorCode();
        } finally {
            Reference.reachabilityFence(block);
        }
    }

    /** Fills the buffer from its position on, and does not advance it. */
    int read(ByteBuffer into, int longest) {
        int bytes = Math.min(longest, into.remaining());
        try {
            if (into.isDirect() && bytes > 0) {
                Pointer to = Native.getDirectBufferPointer(into).share(into.position(), bytes);
                return calls.read(fd, to, new NativeLong(bytes)).intValue();
            }
            // a block of one byte more than nothing, so that a read into no space passes it as well
            Memory copy = bounce(Math.max(1, bytes));
            int got = calls.read(fd, copy, new NativeLong(Math.max(1, bytes))).intValue();
            if (got > bytes) {
                return -ENOMEM;
            }
            if (got > 0) {
                into.duplicate().put(copy.getByteBuffer(0, got));
            }
            return got;
        } catch (LastErrorException e) {
            return -e.getErrorCode();
        } finally {
            Reference.reachabilityFence(into);
        }
    }

    /** In words, for messages. */
    String error(String call, int negative) {
        return new PosixException(call, path.toString(), -negative).getMessage();
    }

    private Pointer out(ByteBuffer block, int bytes) {
        if (block.isDirect()) {
            return Native.getDirectBufferPointer(block).share(block.position(), bytes);
        }
        Memory copy = bounce(bytes);
        copy.getByteBuffer(0, bytes).put(block.duplicate());
        return copy;
    }

    private Memory bounce(int bytes) {
        Memory have = bounce;
        if (have == null || have.size() < bytes) {
            have = new Memory(bytes);
            bounce = have;
        }
        return have;
    }

    private int open(byte[] terminated, int access) {
        return calls.open(terminated, access | StCalls.O_NONBLOCK | StCalls.O_CLOEXEC, 0);
    }

    private int ioctl(long request) {
        try {
            return calls.ioctl(fd, new NativeLong(request), argument);
        } catch (LastErrorException e) {
            return -e.getErrorCode();
        }
    }

    private ScsiException refused(LastErrorException e) {
        String what = error("open", -e.getErrorCode());
        return switch (Errno.of(e.getErrorCode())) {
            case EACCES, EPERM ->
                new ScsiException(
                        ScsiFault.NOT_ALLOWED,
                        what,
                        "Let this user read and write the device, e.g. by the group tape and a udev rule.",
                        e);
            case EBUSY ->
                new ScsiException(ScsiFault.IN_USE, what, "Find who uses the drive, e.g. with fuser " + path + ".", e);
            default ->
                new ScsiException(
                        ScsiFault.NO_DEVICE, what, "Look for the drive with lsscsi -g, and load the module st.", e);
        };
    }
}
