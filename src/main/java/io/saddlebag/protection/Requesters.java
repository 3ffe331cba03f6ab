package io.saddlebag.protection;

import org.jspecify.annotations.Nullable;

/** What this machine knows of those who ask: the groups that they are in. Thread-safe. */
@FunctionalInterface
public interface Requesters {
    /** Knows no groups. */
    Requesters NAMES = Requester::of;

    /** Somebody of that name, whether the machine knows the user or not. */
    Requester of(String user);

    /** @param user null for what nobody asked for, as by a schedule: that is the system's, and null */
    default @Nullable Requester asking(@Nullable String user) {
        return user == null ? null : of(user);
    }
}
