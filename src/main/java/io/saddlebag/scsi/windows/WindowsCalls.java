package io.saddlebag.scsi.windows;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.WString;
import com.sun.jna.ptr.IntByReference;
import org.jspecify.annotations.Nullable;

/** What is needed of kernel32 (fileapi.h, ioapiset.h); names and numbers are Microsoft's. */
interface WindowsCalls extends Library {
    int GENERIC_READ = 0x8000_0000;
    int GENERIC_WRITE = 0x4000_0000;
    int OPEN_EXISTING = 3;

    int IOCTL_SCSI_GET_CAPABILITIES = 0x4_1010;
    int IOCTL_SCSI_PASS_THROUGH_DIRECT = 0x4_D014;

    /** INVALID_HANDLE_VALUE. */
    Pointer NO_HANDLE = Pointer.createConstant(-1);

    /** On 64-bit Windows there is one calling convention, so nothing has to be said of it. */
    static WindowsCalls load() {
        return Native.load("kernel32", WindowsCalls.class);
    }

    Pointer CreateFileW(
            WString name,
            int access,
            int share,
            @Nullable Pointer security,
            int disposition,
            int flags,
            @Nullable Pointer template);

    boolean DeviceIoControl(
            Pointer handle,
            int code,
            @Nullable Pointer in,
            int inBytes,
            @Nullable Pointer out,
            int outBytes,
            IntByReference returned,
            @Nullable Pointer overlapped);

    boolean CloseHandle(Pointer handle);

    /** Of the call before, of this thread. JNA keeps it: the Java machine makes calls of its own in between. */
    default int lastError() {
        return Native.getLastError();
    }
}
