package io.saddlebag.scsi.iscsi;

import com.sun.jna.Callback;
import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * libiscsi, its asynchronous half: the synchronous calls leave pointers to their own stack behind when they fail, and
 * their time-outs count whole seconds. One context belongs to one thread at a time.
 */
interface LibIscsi extends Library {
    /** The library's file names; the first is Debian's and Fedora's up to now. */
    List<String> NAMES = List.of("libiscsi.so.7", "libiscsi.so.8", "libiscsi.so.9", "libiscsi.so.10", "libiscsi.so.11");

    int SESSION_DISCOVERY = 1;
    int SESSION_NORMAL = 2;
    int HEADER_DIGEST_NONE = 0;
    int NO_LUN = -1;
    int XFER_NONE = 0;
    int XFER_READ = 1;
    int XFER_WRITE = 2;
    int STATUS_CANCELLED = 0x0f000000;

    int POLLIN = 1;
    int POLLOUT = 4;

    /** Called by {@link #iscsi_service} and {@link #iscsi_destroy_context} on their caller's thread. */
    interface Done extends Callback {
        void invoke(Pointer context, int status, @Nullable Pointer answer, @Nullable Pointer private_);
    }

    /** poll(2), of the C library. */
    interface Poll extends Library {
        int poll(Pointer descriptors, NativeLong count, int milliseconds) throws LastErrorException;
    }

    /** @throws UnsatisfiedLinkError when there is none of the known names */
    static LibIscsi load() {
        return load(NAMES);
    }

    static LibIscsi load(List<String> names) {
        UnsatisfiedLinkError missing = new UnsatisfiedLinkError("none of " + names);
        for (String name : names) {
            try {
                return Native.load(name, LibIscsi.class);
            } catch (UnsatisfiedLinkError e) {
                missing.addSuppressed(e);
            }
        }
        throw missing;
    }

    @Nullable
    Pointer iscsi_create_context(String initiator);

    int iscsi_destroy_context(Pointer context);

    int iscsi_set_targetname(Pointer context, String target);

    int iscsi_set_session_type(Pointer context, int type);

    int iscsi_set_header_digest(Pointer context, int digest);

    int iscsi_set_initiator_username_pwd(Pointer context, String user, byte[] secret);

    int iscsi_set_timeout(Pointer context, int seconds);

    void iscsi_set_noautoreconnect(Pointer context, int on);

    int iscsi_full_connect_async(Pointer context, String portal, int lun, Done done, @Nullable Pointer private_);

    /** The answer is a list of {@code struct iscsi_discovery_address}: next, name, list of portals. */
    int iscsi_discovery_async(Pointer context, Done done, @Nullable Pointer private_);

    int iscsi_logout_async(Pointer context, Done done, @Nullable Pointer private_);

    @Nullable
    String iscsi_get_error(Pointer context);

    int iscsi_get_fd(Pointer context);

    int iscsi_which_events(Pointer context);

    int iscsi_service(Pointer context, int events);

    int iscsi_out_queue_length(Pointer context);

    int iscsi_scsi_command_async(
            Pointer context, int lun, Pointer task, Done done, @Nullable Pointer data, @Nullable Pointer private_);

    @Nullable
    Pointer scsi_create_task(int cdbLength, byte[] cdb, int direction, int transferBytes);

    int scsi_task_add_data_in_buffer(Pointer task, int bytes, Pointer buffer);

    int scsi_task_add_data_out_buffer(Pointer task, int bytes, Pointer buffer);

    void scsi_free_scsi_task(Pointer task);
}
