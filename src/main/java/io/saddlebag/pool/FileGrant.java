package io.saddlebag.pool;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Accounts;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.Inode;
import io.saddlebag.protection.Access;
import io.saddlebag.protection.FileRights;
import io.saddlebag.protection.Owner;
import io.saddlebag.protection.Protection;
import io.saddlebag.protection.UserClass;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What rights are on this machine (M29).
 *
 * @param uid {@value #AS_IT_IS} for that of whoever writes
 * @param gid likewise
 * @param mode permission bits
 */
record FileGrant(int uid, int gid, int mode) {
    /** As chown(2) has it. */
    static final int AS_IT_IS = -1;

    private static final int OF_OTHERS = 077;

    /** @throws BackupException {@link PoolFault#RIGHTS} when the machine doesn't know the owner */
    static FileGrant of(FileRights rights, Accounts accounts) throws BackupException {
        Owner owner = rights.owner();
        Protection protection = rights.protectionOrDefault();
        if (owner == null) {
            return new FileGrant(AS_IT_IS, AS_IT_IS, protection.fileMode());
        }
        String group = owner.group();
        Optional<Accounts.User> user = accounts.user(owner.member());
        if (group != null) {
            int uid = user.orElseThrow(() -> unknown(owner, "has no user " + owner.member()))
                    .uid();
            int gid = accounts.group(group).orElseThrow(() -> unknown(owner, "has no group " + group));
            return new FileGrant(uid, gid, protection.fileMode());
        }
        if (user.isPresent()) {
            return new FileGrant(user.get().uid(), user.get().gid(), protection.fileMode());
        }
        OptionalInt together = accounts.group(owner.member());
        int gid = together.orElseThrow(() -> unknown(owner, "has no user and no group of that name"));
        return new FileGrant(AS_IT_IS, gid, ofAllMembers(protection).fileMode());
    }

    /** Whoever holds the name is the owner; so the group has the owner's rights. */
    private static Protection ofAllMembers(Protection protection) {
        Map<UserClass, Set<Access>> rights = new EnumMap<>(protection.rights());
        rights.put(UserClass.GROUP, protection.rights().getOrDefault(UserClass.OWNER, Set.of()));
        return new Protection(rights);
    }

    /** The owner first: that clears bits of the mode, and until then nobody but the writer has any. */
    void give(Inode file) throws IOException {
        if (uid != AS_IT_IS || gid != AS_IT_IS) {
            file.setOwner(uid, gid);
        }
        file.setMode(mode);
    }

    /** Whether a file has it. */
    boolean isGiven(FileStatus file) {
        return (uid == AS_IT_IS || file.owner().uid() == uid)
                && (gid == AS_IT_IS || file.owner().gid() == gid)
                && file.mode() == mode;
    }

    /** Whether anybody but the writer gets anything. */
    boolean isForOthers() {
        return uid != AS_IT_IS || gid != AS_IT_IS || (mode & OF_OTHERS) != 0;
    }

    private static BackupException unknown(Owner owner, String why) {
        return new BackupException(
                PoolFault.RIGHTS,
                "files can't be given to " + owner + ": this machine " + why,
                "Name a user, a group, or [group,user] that it has, or make the account.");
    }
}
