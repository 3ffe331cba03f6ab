package io.saddlebag.protection;

import java.util.Set;

/**
 * Somebody who wants to read or write.
 *
 * @param user the name; never blank
 * @param groups that the user is in, and other names that the user may act under
 * @param privileged the system itself: root, or an administrator of the domain
 */
public record Requester(String user, Set<String> groups, boolean privileged) {
    public Requester {
        if (user.isBlank()) {
            throw new IllegalArgumentException("a requester has a name");
        }
        groups = Set.copyOf(groups);
    }

    private static final Set<String> SYSTEMS = Set.of("root", "SYSTEM", "Administrator");

    /** A user of this machine; its administrators are the system. */
    public static Requester of(String user) {
        return new Requester(user, Set.of(), SYSTEMS.contains(user));
    }

    /** As {@link #of(String)}, with what the machine knows. */
    public static Requester of(String user, Set<String> groups) {
        return new Requester(user, groups, SYSTEMS.contains(user));
    }

    /** A user without groups and privileges. */
    public static Requester user(String name) {
        return new Requester(name, Set.of(), false);
    }

    /** The system itself. */
    public static Requester system(String name) {
        return new Requester(name, Set.of(), true);
    }
}
