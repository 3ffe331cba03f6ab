package io.saddlebag.restore;

import io.saddlebag.fault.BackupException;
import io.saddlebag.image.ByteString;
import io.saddlebag.image.ImageMember;
import io.saddlebag.image.MemberAttributes;
import io.saddlebag.image.MemberType;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * What gives powers to whoever finds it: device nodes, set-user-id and set-group-id bits, file capabilities and the other
 * attributes that only root may set. It comes back when this process is root's and the request trusts the image; else it is left
 * out, and noted once. One thread.
 */
final class SpecialPowers {
    private static final int SET_ID = 06000;
    /** The first number that is no user's and no group's. */
    private static final long NO_ID = 0xFFFF_FFFFL;

    private final boolean granted;
    private final TreeSink.Notes notes;
    private boolean noted;

    SpecialPowers(RestoreServices.Privilege privilege, RestoreRequest.Powers powers, TreeSink.Notes notes) {
        this.granted =
                privilege == RestoreServices.Privilege.SETS_OWNERS && powers == RestoreRequest.Powers.AS_BACKED_UP;
        this.notes = notes;
    }

    /** Whether a device node is made; else it is noted. */
    boolean mayMakeDevice(ImageMember member) throws IOException {
        if (!granted) {
            note(member, "a device node");
        }
        return granted;
    }

    /**
     * What of the attributes is set.
     *
     * @throws BackupException {@link RestoreFault#UNSAFE_MEMBER} for an owner that a system call would take for another one
     */
    MemberAttributes of(ImageMember member) throws IOException {
        MemberAttributes all = member.attributes();
        long uid = all.owner().uid();
        long gid = all.owner().gid();
        if (uid >= NO_ID || gid >= NO_ID) {
            throw new BackupException(
                    RestoreFault.UNSAFE_MEMBER,
                    member.absolutePath() + " belongs to " + uid + ":" + gid + " in the image, which no system knows",
                    "Don't trust this image; extract it with tar as an ordinary user if you must.");
        }
        if (granted) {
            return all;
        }
        boolean setId = member.type() != MemberType.DIRECTORY && (all.mode() & SET_ID) != 0;
        Map<String, ByteString> xattrs = new TreeMap<>(all.xattrs());
        boolean privileged =
                xattrs.keySet().removeIf(name -> name.startsWith("security.") || name.startsWith("trusted."));
        if (!setId && !privileged) {
            return all;
        }
        note(member, setId ? "its set-user-id or set-group-id bit" : "its privileged attributes");
        return new MemberAttributes(
                setId ? all.mode() & ~SET_ID : all.mode(), all.owner(), all.times(), xattrs, all.flags());
    }

    private void note(ImageMember member, String what) throws IOException {
        if (!noted) {
            noted = true;
            notes.note(
                    member.absolutePath() + ": " + what + " is left out, and so are all devices, set-user-id bits and"
                            + " capabilities; they come back when root restores and asks for them with --devices");
        }
    }
}
