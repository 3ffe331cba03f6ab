package io.saddlebag.posix;

import java.util.Set;

/**
 * A user of this machine.
 *
 * @param gid of the user's own group
 * @param groups names of all groups that the user is in; those that have none are left out
 */
public record Account(int uid, int gid, Set<String> groups) {
    public Account {
        groups = Set.copyOf(groups);
    }
}
