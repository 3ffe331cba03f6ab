package io.saddlebag.scsi.iscsi;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.saddlebag.host.Waiter;
import io.saddlebag.scsi.ScsiException;
import io.saddlebag.scsi.ScsiFault;

/**
 * What is native here: libiscsi and poll(2).
 *
 * @param poll of the C library
 */
record IscsiLibrary(LibIscsi calls, LibIscsi.Poll poll) {
    /**
     * @param user who needs it, for the message
     * @throws ScsiException {@link ScsiFault#NO_DEVICE} when it is not installed
     */
    static IscsiLibrary load(String user) throws ScsiException {
        try {
            return new IscsiLibrary(LibIscsi.load(), Native.load("c", LibIscsi.Poll.class));
        } catch (UnsatisfiedLinkError e) {
            throw missing(user, e);
        }
    }

    static ScsiException missing(String user, UnsatisfiedLinkError cause) {
        return new ScsiException(
                ScsiFault.NO_DEVICE,
                user + " can't be reached: the library libiscsi is not installed",
                "Install Debian's package libiscsi7, or libiscsi of your distribution.",
                cause);
    }

    /** Not yet connected. */
    IscsiSession session(String name, String initiator, Waiter waiter) {
        Pointer context = calls.iscsi_create_context(initiator);
        if (context == null) {
            throw new OutOfMemoryError("libiscsi has no memory for a context");
        }
        return new IscsiSession(this, waiter, name, context);
    }
}
