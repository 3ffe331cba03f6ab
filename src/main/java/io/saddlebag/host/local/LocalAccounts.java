package io.saddlebag.host.local;

import io.saddlebag.host.Accounts;
import io.saddlebag.posix.Posix;
import java.util.Optional;
import java.util.OptionalInt;

/** As the C library knows them, wherever it has them from. Thread-safe. */
public final class LocalAccounts implements Accounts {
    private final Posix posix;

    public LocalAccounts(Posix posix) {
        this.posix = posix;
    }

    @Override
    public Optional<User> user(String name) {
        return posix.account(name).map(found -> new User(found.uid(), found.gid(), found.groups()));
    }

    @Override
    public OptionalInt group(String name) {
        return posix.groupNumber(name);
    }
}
