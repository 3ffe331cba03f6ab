package io.saddlebag.posix.linux;

import com.sun.jna.Pointer;
import io.saddlebag.posix.Account;
import io.saddlebag.posix.PosixException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Users and groups of this machine, as the C library knows them. */
final class Users {
    /** A user is in no more groups than the kernel allows a process (linux/limits.h). */
    private static final int NGROUPS_MAX = 65_536;

    private static final int ENOENT = 2;

    /** The library has one record of a user and one of a group, whoever asks. */
    private static final Object RECORDS = new Object();

    private final Calls calls;

    Users(Calls calls) {
        this.calls = calls;
    }

    Optional<Account> find(String name) {
        synchronized (RECORDS) {
            byte[] raw = Calls.raw(name);
            Pointer found = calls.c.getpwnam(raw);
            if (found == null) {
                return Optional.empty();
            }
            int uid = found.getInt(LibC.PASSWD_UID_AT);
            int gid = found.getInt(LibC.PASSWD_GID_AT);
            Set<String> names = new HashSet<>();
            for (int group : groups(raw, gid)) {
                Pointer record = calls.c.getgrgid(group);
                if (record != null) {
                    names.add(record.getPointer(0).getString(0, StandardCharsets.UTF_8.name()));
                }
            }
            return Optional.of(new Account(uid, gid, names));
        }
    }

    OptionalInt group(String name) {
        synchronized (RECORDS) {
            Pointer found = calls.c.getgrnam(Calls.raw(name));
            return found == null ? OptionalInt.empty() : OptionalInt.of(found.getInt(LibC.GROUP_GID_AT));
        }
    }

    private int[] groups(byte[] user, int gid) {
        int[] groups = new int[NGROUPS_MAX];
        int[] count = {groups.length};
        int known = calls.c.getgrouplist(user, gid, groups, count);
        return known < 0 ? new int[] {gid} : Arrays.copyOf(groups, count[0]);
    }

    void become(String name) throws PosixException {
        byte[] raw = Calls.raw(name);
        Path shown = Path.of(name);
        int uid;
        int gid;
        int[] own;
        synchronized (RECORDS) {
            Pointer found = calls.c.getpwnam(raw);
            if (found == null) {
                throw new PosixException("getpwnam", name, ENOENT);
            }
            uid = found.getInt(LibC.PASSWD_UID_AT);
            gid = found.getInt(LibC.PASSWD_GID_AT);
            own = groups(raw, gid);
        }
        // the user last: without root's rights the groups can't be changed any more. The library makes all threads
        // follow
        calls.call("setgroups", shown, () -> calls.c.setgroups(new com.sun.jna.NativeLong(own.length), own));
        calls.call("setresgid", shown, () -> calls.c.setresgid(gid, gid, gid));
        calls.call("setresuid", shown, () -> calls.c.setresuid(uid, uid, uid));
    }
}
