package io.saddlebag.host;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Users and groups of this machine. Thread-safe. */
public interface Accounts {
    /** A machine of which nothing is known. */
    Accounts UNKNOWN = new Accounts() {
        @Override
        public Optional<User> user(String name) {
            return Optional.empty();
        }

        @Override
        public OptionalInt group(String name) {
            return OptionalInt.empty();
        }
    };

    /** Empty when there is none of that name. */
    Optional<User> user(String name);

    /** The group's number; empty when there is none of that name. */
    OptionalInt group(String name);

    /**
     * A user.
     *
     * @param gid of the user's own group
     * @param groups names of all groups that the user is in; those that have none are left out
     */
    record User(int uid, int gid, Set<String> groups) {
        public User {
            groups = Set.copyOf(groups);
        }
    }
}
