package io.saddlebag.scsi.sg;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import org.jspecify.annotations.Nullable;

/** The kernel's interface (scsi/sg.h, linux/fs.h); numbers are those of x86-64 and aarch64. */
interface SgCalls extends Library {
    int O_RDWR = 2;
    int O_NONBLOCK = 04000;
    int O_CLOEXEC = 02000000;

    long SG_SET_RESERVED_SIZE = 0x2275;
    long SG_GET_SG_TABLESIZE = 0x227f;
    long SG_GET_VERSION_NUM = 0x2282;
    long SG_IO = 0x2285;
    /** On this driver in bytes, not in sectors. */
    long BLKSECTGET = 0x1267;

    int SIG_BLOCK = 0;
    int SIG_SETMASK = 2;
    /** Bytes of a {@code sigset_t} with glibc and musl. */
    int SIGNAL_SET_BYTES = 128;

    static SgCalls load() {
        return Native.load("c", SgCalls.class);
    }

    /** @param path with a zero at its end */
    int open(byte[] path, int flags, int mode) throws LastErrorException;

    int close(int fd) throws LastErrorException;

    int ioctl(int fd, NativeLong request, Object... argument) throws LastErrorException;

    /** Returns its error. */
    int pthread_sigmask(int how, Pointer set, @Nullable Pointer old);
}
