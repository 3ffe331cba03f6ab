package io.saddlebag.posix.linux;

import com.sun.jna.Pointer;
import io.saddlebag.posix.PosixException;
import java.nio.file.Path;
import java.util.Arrays;

/** Users of this machine, as the C library knows them. */
final class Users {
    /** A user is in no more groups than the kernel allows a process (linux/limits.h). */
    private static final int NGROUPS_MAX = 65_536;

    private static final int ENOENT = 2;

    private final Calls calls;

    Users(Calls calls) {
        this.calls = calls;
    }

    void become(String name) throws PosixException {
        byte[] raw = Calls.raw(name);
        Path shown = Path.of(name);
        Pointer found = calls.c.getpwnam(raw);
        if (found == null) {
            throw new PosixException("getpwnam", name, ENOENT);
        }
        int uid = found.getInt(LibC.PASSWD_UID_AT);
        int gid = found.getInt(LibC.PASSWD_GID_AT);
        int[] groups = new int[NGROUPS_MAX];
        int[] count = {groups.length};
        int known = calls.c.getgrouplist(raw, gid, groups, count);
        int[] own = known < 0 ? new int[] {gid} : Arrays.copyOf(groups, count[0]);
        // the user last: without root's rights the groups can't be changed any more. The library makes all threads
        // follow
        calls.call("setgroups", shown, () -> calls.c.setgroups(new com.sun.jna.NativeLong(own.length), own));
        calls.call("setresgid", shown, () -> calls.c.setresgid(gid, gid, gid));
        calls.call("setresuid", shown, () -> calls.c.setresuid(uid, uid, uid));
    }
}
