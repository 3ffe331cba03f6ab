package io.saddlebag.scsi.sg;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import io.saddlebag.posix.Errno;
import io.saddlebag.posix.PosixException;
import io.saddlebag.posix.RawPath;
import io.saddlebag.scsi.ScsiCommand;
import io.saddlebag.scsi.ScsiException;
import io.saddlebag.scsi.ScsiFault;
import io.saddlebag.scsi.ScsiReply;
import io.saddlebag.scsi.ScsiTransport;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One device through SG_IO (M3). A time-out is the kernel's: it aborts the command, resets what it must, and the transport
 * stays usable. The Linux tape driver on the same drive does not see what is done here, so only one of them may be used.
 */
public final class SgTransport implements ScsiTransport {
    private static final int LONGEST_TRANSFER_BYTES = (1 << 24) - 1;
    /** For kernels that do not say. */
    private static final int USUAL_TRANSFER_BYTES = 1 << 19;
    /** Taken while memory is not yet in pieces, so that later commands do not fail for want of it. */
    private static final int RESERVED_BYTES = 1 << 20;
    /** What the driver puts into one element of its table (its parameter scatter_elem_sz). */
    private static final int ELEMENT_BYTES = 1 << 15;

    /** Others, ENODEV among them, also come while a command is under way. */
    private static final Set<Errno> REFUSED_BEFORE_SENDING =
            EnumSet.of(Errno.EACCES, Errno.EPERM, Errno.EBUSY, Errno.EINVAL, Errno.ENXIO, Errno.ENOTTY);

    private final SgCalls calls;
    private final String device;
    private final int longestTransferBytes;
    private final SgRequest request = new SgRequest();
    private final SignalMask signals;
    private final ReentrantLock turn = new ReentrantLock();
    private int fd;
    private @Nullable Memory bounce;

    private SgTransport(SgCalls calls, String device, int fd, int longestTransferBytes) {
        this.calls = calls;
        this.device = device;
        this.fd = fd;
        this.longestTransferBytes = longestTransferBytes;
        this.signals = new SignalMask(calls);
    }

    /**
     * @param device e.g. {@code /dev/sg3}
     * @throws ScsiException {@link ScsiFault#NO_DEVICE}, {@link ScsiFault#NOT_ALLOWED}, {@link ScsiFault#IN_USE}
     */
    public static SgTransport open(Path device) throws ScsiException {
        return open(SgCalls.load(), device);
    }

    static SgTransport open(SgCalls calls, Path path) throws ScsiException {
        String device = path.toString();
        byte[] raw = RawPath.bytes(path);
        int fd = -1;
        boolean opened = false;
        try {
            fd = calls.open(
                    Arrays.copyOf(raw, raw.length + 1), SgCalls.O_RDWR | SgCalls.O_NONBLOCK | SgCalls.O_CLOEXEC, 0);
            calls.ioctl(fd, new NativeLong(SgCalls.SG_GET_VERSION_NUM), new IntByReference());
            SgTransport transport = new SgTransport(calls, device, fd, longestTransfer(calls, fd));
            transport.ask(SgCalls.SG_SET_RESERVED_SIZE, new IntByReference(RESERVED_BYTES));
            opened = true;
            return transport;
        } catch (LastErrorException e) {
            throw neverSent(device, "open", e.getErrorCode(), e);
        } finally {
            if (!opened && fd >= 0) {
                close(calls, fd);
            }
        }
    }

    @Override
    public String name() {
        return device;
    }

    @Override
    public int longestTransferBytes() {
        return longestTransferBytes;
    }

    @Override
    public ScsiReply execute(ScsiCommand command) throws ScsiException {
        if (command.transferBytes() > longestTransferBytes) {
            throw new IllegalArgumentException(command.name() + " of " + command.transferBytes() + " bytes, "
                    + longestTransferBytes + " are possible");
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
            if (data.isDirect()) {
                return send(command, Native.getDirectBufferPointer(data).share(data.position(), data.remaining()));
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
            if (fd >= 0) {
                close(calls, fd);
            }
            fd = -1;
            bounce = null;
        } finally {
            turn.unlock();
        }
    }

    private ScsiReply send(ScsiCommand command, @Nullable Pointer data) throws ScsiException {
        if (fd < 0) {
            throw new ScsiException(
                    ScsiFault.NO_DEVICE, device + " was closed before " + command.name(), "Open the device again.");
        }
        Pointer header = request.encode(command, data);
        int error = 0;
        LastErrorException cause = null;
        // a signal would end the wait, and the kernel then sends the command again
        signals.block();
        try {
            calls.ioctl(fd, new NativeLong(SgCalls.SG_IO), header);
        } catch (LastErrorException e) {
            error = e.getErrorCode();
            cause = e;
        } finally {
            signals.restore();
        }
        if (cause != null) {
            throw REFUSED_BEFORE_SENDING.contains(Errno.of(error))
                    ? neverSent(device, "ioctl SG_IO", error, cause)
                    : SgAnswer.lost(device, command, new PosixException("ioctl SG_IO", device, error).getMessage());
        }
        return request.decode().reply(device, command);
    }

    private Memory bounce(int bytes) {
        Memory have = bounce;
        if (have == null || have.size() < bytes) {
            have = new Memory(bytes);
            bounce = have;
        }
        return have;
    }

    private static int longestTransfer(SgCalls calls, int fd) {
        IntByReference queue = new IntByReference();
        IntByReference table = new IntByReference();
        long longest = ask(calls, fd, SgCalls.BLKSECTGET, queue) ? queue.getValue() : USUAL_TRANSFER_BYTES;
        if (ask(calls, fd, SgCalls.SG_GET_SG_TABLESIZE, table) && table.getValue() > 0) {
            longest = Math.min(longest, (long) table.getValue() * ELEMENT_BYTES);
        }
        return (int) Math.max(4096, Math.min(LONGEST_TRANSFER_BYTES, longest));
    }

    private boolean ask(long request, IntByReference argument) {
        return ask(calls, fd, request, argument);
    }

    /** @return false where the kernel does not know that question */
    private static boolean ask(SgCalls calls, int fd, long request, IntByReference argument) {
        try {
            calls.ioctl(fd, new NativeLong(request), argument);
            return true;
        } catch (LastErrorException e) {
            return false;
        }
    }

    /** A failed close loses nothing here. */
    private static void close(SgCalls calls, int fd) {
        try {
            calls.close(fd);
        } catch (LastErrorException e) {
            return;
        }
    }

    private static ScsiException neverSent(String device, String call, int error, LastErrorException cause) {
        String what = new PosixException(call, device, error).getMessage();
        return switch (Errno.of(error)) {
            case EACCES, EPERM ->
                new ScsiException(
                        ScsiFault.NOT_ALLOWED,
                        what,
                        "Let this user read and write the device, e.g. by the group tape and a udev rule.",
                        cause);
            case EBUSY ->
                new ScsiException(
                        ScsiFault.IN_USE, what, "Find who uses the device, e.g. with fuser " + device + ".", cause);
            default ->
                new ScsiException(
                        ScsiFault.NO_DEVICE,
                        what,
                        "Look for the device with lsscsi -g, and load the module sg.",
                        cause);
        };
    }
}
