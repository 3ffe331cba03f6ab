package io.saddlebag.scsi.iscsi;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.saddlebag.host.Deadline;
import io.saddlebag.host.Waiter;
import io.saddlebag.scsi.Cdb;
import io.saddlebag.scsi.ScsiCommand;
import io.saddlebag.scsi.ScsiException;
import io.saddlebag.scsi.ScsiFault;
import io.saddlebag.scsi.ScsiReply;
import io.saddlebag.scsi.ScsiTransport;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One logical unit of an iSCSI target through libiscsi (M3, M18).
 *
 * <p>A command without an answer (time-out, broken connection) ends the connection, and every later one throws
 * {@link ScsiFault#NO_DEVICE}: opening another transport is the caller's decision, because the target gives a new
 * session a unit attention. While no command runs, nothing is answered either: a target that pings idle sessions must
 * be told to be patient, or is found gone by the next command.
 */
public final class IscsiTransport implements ScsiTransport {
    /** The longest block that READ(6) and WRITE(6) can name. */
    public static final int LONGEST_TRANSFER_BYTES = (1 << 24) - 1;

    private static final int INQUIRY_BYTES = 36;
    private static final int NO_UNIT = 0x7f;

    private final IscsiAddress address;
    private final LibIscsi library;
    private final IscsiSession session;
    private final TaskLayout layout;
    private final ReentrantLock turn = new ReentrantLock();
    private @Nullable Memory bounce;

    private IscsiTransport(IscsiAddress address, LibIscsi library, IscsiSession session, TaskLayout layout) {
        this.address = address;
        this.library = library;
        this.session = session;
        this.layout = layout;
    }

    /**
     * Logs in and makes sure that there is such a unit, without taking its unit attention.
     *
     * @throws ScsiException {@link ScsiFault#NO_DEVICE} also when libiscsi is not installed,
     *     {@link ScsiFault#NOT_ALLOWED} when the target refuses user, secret or initiator; {@link ScsiFault#TIMED_OUT},
     *     {@link ScsiFault#CONNECTION_LOST} during that INQUIRY, which changes nothing
     */
    public static IscsiTransport connect(IscsiLogin login, Waiter waiter) throws ScsiException {
        return connect(login, waiter, Units.REQUIRED);
    }

    /** As {@link #connect}, also when there is no such unit: any target tells through unit 0 which it has. */
    public static IscsiTransport connectToList(IscsiLogin login, Waiter waiter) throws ScsiException {
        return connect(login, waiter, Units.ANY);
    }

    private enum Units {
        REQUIRED,
        ANY
    }

    private static IscsiTransport connect(IscsiLogin login, Waiter waiter, Units units) throws ScsiException {
        IscsiAddress address = login.address();
        IscsiLibrary library = IscsiLibrary.load(address.toString());
        Deadline deadline = Deadline.after(waiter, login.timeout());
        IscsiSession session = library.session(address.toString(), login.initiator(), waiter);
        boolean found = false;
        try {
            session.login(
                    new SessionLogin(address.portal().toString(), address.target(), login.chap(), login.timeout()),
                    deadline);
            TaskLayout layout = inquire(library.calls(), session, address, deadline, units);
            found = true;
            return new IscsiTransport(address, library.calls(), session, layout);
        } finally {
            if (!found) {
                session.logout();
            }
        }
    }

    @Override
    public String name() {
        return address.toString();
    }

    @Override
    public int longestTransferBytes() {
        return LONGEST_TRANSFER_BYTES;
    }

    @Override
    public ScsiReply execute(ScsiCommand command) throws ScsiException {
        if (command.transferBytes() > LONGEST_TRANSFER_BYTES) {
            throw new IllegalArgumentException(command.name() + " of " + command.transferBytes() + " bytes, "
                    + LONGEST_TRANSFER_BYTES + " are possible");
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

    /** Waits for a running command, then logs out. Again: no effect. */
    @Override
    public void close() {
        turn.lock();
        try {
            session.logout();
            bounce = null;
        } finally {
            turn.unlock();
        }
    }

    private ScsiReply send(ScsiCommand command, @Nullable Pointer data) throws ScsiException {
        int bytes = command.transferBytes();
        Pointer task = task(library, command.cdb(), command.direction(), bytes, data);
        try {
            int status = session.run(address.lun(), task, command.name(), command.timeout());
            byte[] sense = status == ScsiReply.CHECK_CONDITION ? layout.sense(task) : new byte[0];
            return ScsiReply.of(status, TaskLayout.transferred(task, bytes), sense);
        } finally {
            library.scsi_free_scsi_task(task);
        }
    }

    private Memory bounce(int bytes) {
        Memory have = bounce;
        if (have == null || have.size() < bytes) {
            have = new Memory(bytes);
            bounce = have;
        }
        return have;
    }

    /** INQUIRY leaves a unit attention where it is (SPC-4, 5.14). */
    private static TaskLayout inquire(
            LibIscsi library, IscsiSession session, IscsiAddress address, Deadline deadline, Units units)
            throws ScsiException {
        Pointer task =
                task(library, Cdb.of(0x12, 0, 0, 0, INQUIRY_BYTES, 0), ScsiCommand.Direction.IN, INQUIRY_BYTES, null);
        try {
            Duration left = deadline.remaining().plusMillis(1);
            int status = session.run(address.lun(), task, "INQUIRY", left);
            int answered = TaskLayout.transferred(task, INQUIRY_BYTES);
            TaskLayout layout = status == ScsiReply.GOOD && answered > 0 ? TaskLayout.of(task, answered) : null;
            if (status == ScsiReply.GOOD && answered > 0 && layout == null) {
                throw new ScsiException(
                        ScsiFault.NO_DEVICE,
                        address + " can't be used: this version of libiscsi keeps its answers where nobody knows",
                        "Install libiscsi 1.19 or 1.20.");
            }
            if (layout == null || (units == Units.REQUIRED && layout.answer(task, 1)[0] == NO_UNIT)) {
                throw new ScsiException(
                        ScsiFault.NO_DEVICE,
                        address.target() + " at " + address.portal() + " has no logical unit " + address.lun(),
                        "Ask for its units with discoverdev --portal " + address.portal() + ".");
            }
            return layout;
        } finally {
            library.scsi_free_scsi_task(task);
        }
    }

    private static Pointer task(
            LibIscsi library, Cdb cdb, ScsiCommand.Direction direction, int bytes, @Nullable Pointer data) {
        int way = bytes == 0
                ? LibIscsi.XFER_NONE
                : direction == ScsiCommand.Direction.IN ? LibIscsi.XFER_READ : LibIscsi.XFER_WRITE;
        Pointer task = library.scsi_create_task(cdb.length(), cdb.toBytes(), way, bytes);
        if (task == null) {
            throw new OutOfMemoryError("libiscsi has no memory for a command");
        }
        int added = 0;
        if (data != null) {
            added = way == LibIscsi.XFER_READ
                    ? library.scsi_task_add_data_in_buffer(task, bytes, data)
                    : library.scsi_task_add_data_out_buffer(task, bytes, data);
        }
        if (added != 0) {
            library.scsi_free_scsi_task(task);
            throw new OutOfMemoryError("libiscsi has no memory for a command");
        }
        return task;
    }
}
