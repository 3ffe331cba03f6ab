package io.saddlebag.posix.linux;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * The calls that are made for every single file. They are bound to native methods: a call through an interface of JNA's
 * looks each argument up by reflection, which takes longer than the kernel does. Sizes are longs, as on every 64-bit Linux.
 * As in {@link LibC}, the exception in each clause makes JNA take errno along with the call.
 */
final class FileCalls {
    static {
        Native.register(FileCalls.class, "c");
    }

    native int open(byte[] path, int flags, int mode) throws LastErrorException;

    native int openat(int folder, byte[] path, int flags, int mode) throws LastErrorException;

    /** As openat2(2) wants it. */
    native long syscall(long number, int folder, byte[] path, Pointer how, long howBytes) throws LastErrorException;

    /**
     * As statx(2) wants it. Nothing is there so often that an exception would cost more than the call: -1 then, and errno in
     * {@link Native#getLastError}.
     */
    native long syscall(long number, long folder, byte[] path, long flags, long mask, byte[] status);

    native long pwrite(int fd, Pointer bytes, long length, long offset) throws LastErrorException;

    native int ftruncate(int fd, long length) throws LastErrorException;

    native int fchown(int fd, int uid, int gid) throws LastErrorException;

    native int fchmod(int fd, int mode) throws LastErrorException;

    native int futimens(int fd, long[] times) throws LastErrorException;

    native long flistxattr(int fd, byte @Nullable [] names, long size) throws LastErrorException;

    native int fsetxattr(int fd, byte[] name, byte[] value, long size, int flags) throws LastErrorException;

    native int fremovexattr(int fd, byte[] name) throws LastErrorException;

    native int chmod(byte[] path, int mode) throws LastErrorException;

    native int close(int fd) throws LastErrorException;

    native int ioctl(int fd, long request, int[] argument) throws LastErrorException;

    native int fsync(int fd) throws LastErrorException;

    native int sync_file_range(int fd, long offset, long length, int flags) throws LastErrorException;

    native long lseek(int fd, long offset, int whence) throws LastErrorException;

    native int lchown(byte[] path, int uid, int gid) throws LastErrorException;

    native int utimensat(int folder, byte[] path, long[] times, int flags) throws LastErrorException;

    native long llistxattr(byte[] path, byte @Nullable [] names, long size) throws LastErrorException;

    native long lgetxattr(byte[] path, byte[] name, byte[] value, long size) throws LastErrorException;

    native int lsetxattr(byte[] path, byte[] name, byte[] value, long size, int flags) throws LastErrorException;

    native int lremovexattr(byte[] path, byte[] name) throws LastErrorException;
}
