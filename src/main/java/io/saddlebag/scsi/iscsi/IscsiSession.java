package io.saddlebag.scsi.iscsi;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import io.saddlebag.host.Deadline;
import io.saddlebag.host.Waiter;
import io.saddlebag.scsi.ScsiException;
import io.saddlebag.scsi.ScsiFault;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A context of libiscsi and the loop that drives it. Not thread-safe. Once anything about a command is unknown the
 * context is destroyed, before the caller gets its buffers back: nothing can then be sent again, or be written into
 * memory that is no longer ours.
 */
final class IscsiSession {
    private static final int EINTR = 4;
    /** A reconnect that libiscsi starts by itself would not wake poll: look at least this often. */
    private static final int LONGEST_POLL_MILLIS = 1000;

    private static final Duration LOGOUT = Duration.ofSeconds(2);

    private final LibIscsi library;
    private final LibIscsi.Poll poll;
    private final Waiter waiter;
    private final String name;
    private final Memory descriptor = new Memory(8);
    /** A field, because the collector must not take what native code still calls. */
    private final LibIscsi.Done done = this::finished;

    private @Nullable Pointer context;
    private boolean ended;
    private int status;

    /**
     * @param name of what is reached, for messages
     * @param context owned by this object from now on
     */
    IscsiSession(IscsiLibrary library, Waiter waiter, String name, Pointer context) {
        this.library = library.calls();
        this.poll = library.poll();
        this.waiter = waiter;
        this.name = name;
        this.context = context;
    }

    /** @throws ScsiException {@link ScsiFault#NO_DEVICE}, {@link ScsiFault#NOT_ALLOWED}; the session is then over */
    void login(SessionLogin login, Deadline deadline) throws ScsiException {
        Pointer c = open();
        String target = login.target();
        if (target != null) {
            library.iscsi_set_targetname(c, target);
        }
        library.iscsi_set_session_type(c, target == null ? LibIscsi.SESSION_DISCOVERY : LibIscsi.SESSION_NORMAL);
        library.iscsi_set_header_digest(c, LibIscsi.HEADER_DIGEST_NONE);
        // a command that is sent again after a reconnection writes its block twice
        library.iscsi_set_noautoreconnect(c, 1);
        library.iscsi_set_timeout(c, 0);
        ChapLogin chap = login.chap();
        if (chap != null) {
            byte[] secret = chap.terminatedSecret();
            library.iscsi_set_initiator_username_pwd(c, chap.user(), secret);
            Arrays.fill(secret, (byte) 0);
        }
        ended = false;
        // without a unit: libiscsi would test it, and so eat the unit attention that is meant for us
        int begun = library.iscsi_full_connect_async(c, login.portal(), LibIscsi.NO_LUN, done, null);
        boolean alive = begun == 0 && serveUntilEnd(deadline);
        if (alive && !ended) {
            throw refused("no answer within " + seconds(login.timeout()));
        }
        if (!alive || status != 0) {
            throw refused(destroy());
        }
    }

    /**
     * Runs one task to its end.
     *
     * @param lun the logical unit's number
     * @return the SCSI status
     * @throws ScsiException {@link ScsiFault#TIMED_OUT}, {@link ScsiFault#CONNECTION_LOST}: the session is over, and
     *     native code has let go of the task and its buffer
     */
    int run(int lun, Pointer task, String command, Duration timeout) throws ScsiException {
        Pointer c = open();
        Deadline deadline = Deadline.after(waiter, timeout);
        ended = false;
        if (library.iscsi_scsi_command_async(c, lun, task, done, null, null) != 0) {
            throw lost(command, destroy());
        }
        boolean alive = serveUntilEnd(deadline);
        if (!ended && alive) {
            destroy();
            throw new ScsiException(
                    ScsiFault.TIMED_OUT,
                    command + " at " + name + " had no answer within " + seconds(timeout),
                    "The connection was closed. Check the target, then repeat the job.");
        }
        int answered = status;
        if (!ended || answered >= LibIscsi.STATUS_CANCELLED || answered < 0) {
            throw lost(command, destroy());
        }
        if (!alive || !drained(deadline)) {
            destroy();
        }
        return answered;
    }

    /** Makes something of a portal's list, while it is there. */
    interface ListReader<T> {
        T read(@Nullable Pointer list) throws ScsiException;
    }

    /** @throws ScsiException {@link ScsiFault#NO_DEVICE}, and what the reader throws */
    <T> T discover(Deadline deadline, ListReader<T> reader) throws ScsiException {
        Pointer c = open();
        ListAnswer<T> answer = new ListAnswer<>(reader);
        try {
            ended = false;
            int begun = library.iscsi_discovery_async(c, answer, null);
            boolean alive = begun == 0 && serveUntilEnd(deadline);
            if (alive && !ended) {
                throw refused("its list of targets did not come in time");
            }
            if (!alive || status != 0) {
                throw refused(destroy());
            }
            return answer.get();
        } finally {
            // the collector must not take what native code still calls
            Reference.reachabilityFence(answer);
        }
    }

    /** The list is read within the callback: it is freed right after. */
    private final class ListAnswer<T> implements LibIscsi.Done {
        private final ListReader<T> reader;
        private @Nullable T read;
        private @Nullable ScsiException failure;

        ListAnswer(ListReader<T> reader) {
            this.reader = reader;
        }

        @Override
        public void invoke(Pointer ignored, int newStatus, @Nullable Pointer answer, @Nullable Pointer none) {
            finished(ignored, newStatus, answer, none);
            if (newStatus == 0) {
                try {
                    read = reader.read(answer);
                } catch (ScsiException e) {
                    failure = e;
                }
            }
        }

        T get() throws ScsiException {
            if (failure != null) {
                throw failure;
            }
            return Objects.requireNonNull(read);
        }
    }

    boolean isOpen() {
        return context != null;
    }

    void logout() {
        Pointer c = context;
        if (c != null) {
            ended = false;
            if (library.iscsi_logout_async(c, done, null) == 0) {
                serveUntilEnd(Deadline.after(waiter, LOGOUT));
            }
            destroy();
        }
    }

    /** The last words of the library about it. */
    String destroy() {
        Pointer c = context;
        context = null;
        if (c == null) {
            return "";
        }
        String text = library.iscsi_get_error(c);
        library.iscsi_destroy_context(c);
        return text == null ? "" : text.strip();
    }

    /**
     * Parts of a write that the device cut short may still be queued, and they point to its task and buffer.
     */
    private boolean drained(Deadline deadline) {
        Pointer c = context;
        while (c != null && library.iscsi_out_queue_length(c) > 0) {
            if (deadline.passed() || !serve(c, deadline)) {
                return false;
            }
        }
        return true;
    }

    /** @return false when the connection broke; else it ended, or the deadline has passed */
    private boolean serveUntilEnd(Deadline deadline) {
        Pointer c = context;
        while (c != null && !ended && !deadline.passed()) {
            if (!serve(c, deadline)) {
                return false;
            }
        }
        return true;
    }

    private boolean serve(Pointer c, Deadline deadline) {
        descriptor.setInt(0, library.iscsi_get_fd(c));
        descriptor.setShort(4, (short) library.iscsi_which_events(c));
        descriptor.setShort(6, (short) 0);
        long millis = Math.min(LONGEST_POLL_MILLIS, deadline.remaining().toMillis() + 1);
        int ready;
        try {
            ready = poll.poll(descriptor, new NativeLong(1), (int) millis);
        } catch (LastErrorException e) {
            return e.getErrorCode() == EINTR;
        }
        return library.iscsi_service(c, ready == 0 ? 0 : descriptor.getShort(6)) >= 0;
    }

    private void finished(Pointer ignored, int newStatus, @Nullable Pointer answer, @Nullable Pointer none) {
        status = newStatus;
        ended = true;
    }

    private Pointer open() throws ScsiException {
        Pointer c = context;
        if (c == null) {
            throw new ScsiException(
                    ScsiFault.NO_DEVICE,
                    name + " is no longer connected: it was closed, or an earlier command ended without an answer",
                    "Open the device again, and ask it where it stands.");
        }
        return c;
    }

    private ScsiException lost(String command, String why) {
        return new ScsiException(
                ScsiFault.CONNECTION_LOST,
                "the connection to " + name + " broke during " + command + because(why),
                "Check the target and the network, then repeat the job.");
    }

    private ScsiException refused(String why) {
        destroy();
        boolean rights = why.toLowerCase(java.util.Locale.ROOT).contains("auth");
        return rights
                ? new ScsiException(
                        ScsiFault.NOT_ALLOWED,
                        name + " lets this host not log in" + because(why),
                        "Check CHAP user and secret, and the target's list of initiators.")
                : new ScsiException(
                        ScsiFault.NO_DEVICE,
                        name + " can't be reached" + because(why),
                        "Check host, port and target name, and that the target is running.");
    }

    private static String because(String why) {
        return why.isEmpty() ? "" : ": " + why.replaceAll("\\s+", " ");
    }

    private static String seconds(Duration duration) {
        return duration.toMillis() / 1000.0 + " s";
    }
}
