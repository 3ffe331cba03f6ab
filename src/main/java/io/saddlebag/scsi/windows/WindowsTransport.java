package io.saddlebag.scsi.windows;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.WString;
import com.sun.jna.ptr.IntByReference;
import io.saddlebag.scsi.ScsiCommand;
import io.saddlebag.scsi.ScsiException;
import io.saddlebag.scsi.ScsiFault;
import io.saddlebag.scsi.ScsiReply;
import io.saddlebag.scsi.ScsiTransport;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One device through IOCTL_SCSI_PASS_THROUGH_DIRECT (M3). It is opened without sharing: nobody else may speak to it meanwhile.
 * The process needs an administrator's rights. 64-bit Windows only.
 */
public final class WindowsTransport implements ScsiTransport {
    private static final int LONGEST_TRANSFER_BYTES = (1 << 24) - 1;
    /** Where the adapter doesn't say. */
    private static final int USUAL_TRANSFER_BYTES = 1 << 16;

    private static final int PAGE_BYTES = 4096;

    // IO_SCSI_CAPABILITIES (ntddscsi.h)
    private static final int CAPABILITIES_BYTES = 24;
    private static final int MAXIMUM_TRANSFER_AT = 4;
    private static final int MAXIMUM_PAGES_AT = 8;
    private static final int ALIGNMENT_MASK_AT = 16;

    // winerror.h
    private static final int ERROR_INVALID_FUNCTION = 1;
    private static final int ERROR_FILE_NOT_FOUND = 2;
    private static final int ERROR_PATH_NOT_FOUND = 3;
    private static final int ERROR_ACCESS_DENIED = 5;
    private static final int ERROR_INVALID_HANDLE = 6;
    private static final int ERROR_SHARING_VIOLATION = 32;
    private static final int ERROR_NOT_SUPPORTED = 50;
    private static final int ERROR_INVALID_PARAMETER = 87;
    private static final int ERROR_SEM_TIMEOUT = 121;
    private static final int ERROR_BUSY = 170;
    private static final int ERROR_IO_DEVICE = 1117;
    private static final int ERROR_TIMEOUT = 1460;

    private static final Map<Integer, String> WORDS = Map.ofEntries(
            Map.entry(ERROR_INVALID_FUNCTION, "no such function"),
            Map.entry(ERROR_FILE_NOT_FOUND, "no such device"),
            Map.entry(ERROR_PATH_NOT_FOUND, "no such device"),
            Map.entry(ERROR_ACCESS_DENIED, "access is denied"),
            Map.entry(ERROR_INVALID_HANDLE, "the handle is invalid"),
            Map.entry(ERROR_SHARING_VIOLATION, "somebody else uses it"),
            Map.entry(ERROR_NOT_SUPPORTED, "not supported"),
            Map.entry(ERROR_INVALID_PARAMETER, "a parameter is wrong"),
            Map.entry(ERROR_SEM_TIMEOUT, "the time is over"),
            Map.entry(ERROR_BUSY, "it is busy"),
            Map.entry(ERROR_IO_DEVICE, "an I/O error"),
            Map.entry(ERROR_TIMEOUT, "the time is over"));

    /** Said before a command goes out; every other error leaves open what became of it. */
    private static final Set<Integer> REFUSED_BEFORE_SENDING =
            Set.of(ERROR_ACCESS_DENIED, ERROR_INVALID_FUNCTION, ERROR_INVALID_PARAMETER, ERROR_NOT_SUPPORTED);

    private final WindowsCalls calls;
    private final String device;
    private final Capabilities capabilities;
    private final PassThroughRequest request = new PassThroughRequest();
    private final ReentrantLock turn = new ReentrantLock();
    private @Nullable Pointer handle;
    private @Nullable Memory bounce;

    private WindowsTransport(WindowsCalls calls, String device, Pointer handle, Capabilities capabilities) {
        this.calls = calls;
        this.device = device;
        this.handle = handle;
        this.capabilities = capabilities;
    }

    /**
     * @param device {@code \\.\Tape0}, {@code \\.\Changer0}
     * @throws ScsiException {@link ScsiFault#NO_DEVICE}, {@link ScsiFault#NOT_ALLOWED}, {@link ScsiFault#IN_USE}
     */
    public static WindowsTransport open(String device) throws ScsiException {
        try {
            return open(WindowsCalls.load(), device);
        } catch (UnsatisfiedLinkError e) {
            throw new ScsiException(
                    ScsiFault.NO_DEVICE,
                    device + " can be reached on Windows only",
                    "Use an attachment sg, st or iscsi here.",
                    e);
        }
    }

    static WindowsTransport open(WindowsCalls calls, String device) throws ScsiException {
        Pointer handle = calls.CreateFileW(
                new WString(device),
                WindowsCalls.GENERIC_READ | WindowsCalls.GENERIC_WRITE,
                0,
                null,
                WindowsCalls.OPEN_EXISTING,
                0,
                null);
        if (WindowsCalls.NO_HANDLE.equals(handle)) {
            throw neverSent(device, "CreateFile", calls.lastError());
        }
        return new WindowsTransport(calls, device, handle, capabilities(calls, handle));
    }

    @Override
    public String name() {
        return device;
    }

    @Override
    public int longestTransferBytes() {
        return capabilities.longestTransferBytes();
    }

    @Override
    public ScsiReply execute(ScsiCommand command) throws ScsiException {
        if (command.transferBytes() > longestTransferBytes()) {
            throw new IllegalArgumentException(command.name() + " of " + command.transferBytes() + " bytes, "
                    + longestTransferBytes() + " are possible");
        }
        ByteBuffer data = command.data();
        boolean in = command.direction() == ScsiCommand.Direction.IN;
        if (in && data != null && data.isReadOnly()) {
            throw new IllegalArgumentException(command.name() + " reads into a read-only buffer");
        }
        turn.lock();
        try {
            if (data == null || !data.hasRemaining()) {
                return send(command, null);
            }
            Pointer direct = direct(data);
            if (direct != null) {
                return send(command, direct);
            }
            Memory copy = bounce(data.remaining());
            ByteBuffer bytes = copy.getByteBuffer(0, data.remaining());
            if (in) {
                ScsiReply reply = send(command, copy);
                data.duplicate().put(bytes.limit(reply.transferredBytes()));
                return reply;
            }
            bytes.put(data.duplicate());
            return send(command, copy);
        } finally {
            turn.unlock();
            // the collector must not free a direct buffer that only native code still knows
            Reference.reachabilityFence(data);
        }
    }

    /** Waits for a running command. Again: no effect. */
    @Override
    public void close() {
        turn.lock();
        try {
            Pointer open = handle;
            handle = null;
            bounce = null;
            if (open != null) {
                calls.CloseHandle(open);
            }
        } finally {
            turn.unlock();
        }
    }

    private ScsiReply send(ScsiCommand command, @Nullable Pointer data) throws ScsiException {
        Pointer open = handle;
        if (open == null) {
            throw new ScsiException(
                    ScsiFault.NO_DEVICE, device + " was closed before " + command.name(), "Open the device again.");
        }
        Pointer structure = request.encode(command, data);
        boolean done = calls.DeviceIoControl(
                open,
                WindowsCalls.IOCTL_SCSI_PASS_THROUGH_DIRECT,
                structure,
                PassThroughRequest.BYTES,
                structure,
                PassThroughRequest.BYTES,
                new IntByReference(),
                null);
        if (!done) {
            int error = calls.lastError();
            throw REFUSED_BEFORE_SENDING.contains(error)
                    ? neverSent(device, command.name(), error)
                    : fateUnknown(command, error);
        }
        return request.decode(command);
    }

    private ScsiException fateUnknown(ScsiCommand command, int error) {
        boolean late = error == ERROR_SEM_TIMEOUT || error == ERROR_TIMEOUT;
        return new ScsiException(
                late ? ScsiFault.TIMED_OUT : ScsiFault.CONNECTION_LOST,
                command.name() + " at " + device
                        + (late
                                ? " had no answer within " + command.timeout().toMillis() / 1000.0 + " s"
                                : " failed on its way: " + words(error)),
                "Look at the drive, its cable and the system's event log, then repeat the job.");
    }

    /** Null when the adapter can't take the buffer where it is. */
    private @Nullable Pointer direct(ByteBuffer data) {
        if (!data.isDirect()) {
            return null;
        }
        Pointer at = Native.getDirectBufferPointer(data).share(data.position(), data.remaining());
        return (Pointer.nativeValue(at) & capabilities.alignmentMask()) == 0 ? at : null;
    }

    private Memory bounce(int bytes) {
        Memory have = bounce;
        if (have == null || have.size() < bytes) {
            have = new Memory((long) bytes + capabilities.alignmentMask()).align(capabilities.alignmentMask() + 1);
            bounce = have;
        }
        return have;
    }

    private static Capabilities capabilities(WindowsCalls calls, Pointer handle) {
        Memory answer = new Memory(CAPABILITIES_BYTES);
        answer.clear();
        boolean told = calls.DeviceIoControl(
                handle,
                WindowsCalls.IOCTL_SCSI_GET_CAPABILITIES,
                null,
                0,
                answer,
                CAPABILITIES_BYTES,
                new IntByReference(),
                null);
        if (!told) {
            return new Capabilities(USUAL_TRANSFER_BYTES, 0);
        }
        long longest = Integer.toUnsignedLong(answer.getInt(MAXIMUM_TRANSFER_AT));
        long pages = Integer.toUnsignedLong(answer.getInt(MAXIMUM_PAGES_AT));
        if (pages > 1) {
            // a buffer that begins within a page touches one more
            longest = Math.min(longest, (pages - 1) * PAGE_BYTES);
        }
        int mask = answer.getInt(ALIGNMENT_MASK_AT);
        boolean isMask = mask >= 0 && mask < PAGE_BYTES && Integer.bitCount(mask + 1) == 1;
        return new Capabilities(
                (int) Math.max(PAGE_BYTES, Math.min(LONGEST_TRANSFER_BYTES, longest)), isMask ? mask : PAGE_BYTES - 1);
    }

    private static ScsiException neverSent(String device, String call, int error) {
        String what = call + " " + device + ": " + words(error);
        return switch (error) {
            case ERROR_ACCESS_DENIED ->
                new ScsiException(ScsiFault.NOT_ALLOWED, what, "Run this as an administrator, or as a service.");
            case ERROR_SHARING_VIOLATION, ERROR_BUSY ->
                new ScsiException(
                        ScsiFault.IN_USE, what, "End the program that uses the device; removable storage is one, too.");
            default ->
                new ScsiException(
                        ScsiFault.NO_DEVICE, what, "Look for the device in the device manager, and use its name.");
        };
    }

    private static String words(int error) {
        return WORDS.getOrDefault(error, "failed") + " (error " + error + ")";
    }

    /** @param alignmentMask bits that have to be 0 in the address of a buffer */
    private record Capabilities(int longestTransferBytes, int alignmentMask) {}
}
