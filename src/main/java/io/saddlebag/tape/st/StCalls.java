package io.saddlebag.tape.st;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;

/** The kernel's interface (linux/mtio.h); numbers are those of x86-64 and aarch64. */
interface StCalls extends Library {
    int O_RDONLY = 0;
    int O_RDWR = 2;
    int O_NONBLOCK = 04000;
    int O_CLOEXEC = 02000000;

    long MTIOCTOP = 0x40086d01L;
    long MTIOCGET = 0x80306d02L;
    long MTIOCPOS = 0x80086d03L;

    int MTFSF = 1;
    int MTBSF = 2;
    int MTFSR = 3;
    int MTWEOF = 5;
    int MTREW = 6;
    int MTEOM = 12;
    int MTERASE = 13;
    int MTSETBLK = 20;
    int MTSEEK = 22;
    int MTLOAD = 30;
    int MTUNLOAD = 31;

    static StCalls load() {
        return Native.load("c", StCalls.class);
    }

    /** @param path with a zero at its end */
    int open(byte[] path, int flags, int mode) throws LastErrorException;

    int close(int fd) throws LastErrorException;

    NativeLong read(int fd, Pointer into, NativeLong bytes) throws LastErrorException;

    NativeLong write(int fd, Pointer from, NativeLong bytes) throws LastErrorException;

    int ioctl(int fd, NativeLong request, Object... argument) throws LastErrorException;
}
