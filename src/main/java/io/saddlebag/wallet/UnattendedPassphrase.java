package io.saddlebag.wallet;

import io.saddlebag.age.Password;
import io.saddlebag.fault.BackupException;
import java.util.Optional;

/** Where the passphrase is when nobody is there to type it. Thread-safe. */
@FunctionalInterface
public interface UnattendedPassphrase {
    /** The configuration names no place. */
    UnattendedPassphrase NONE = Optional::empty;

    /**
     * Empty when the configuration names no place. The caller wipes it.
     *
     * @throws BackupException when it isn't where the configuration says, or others may read it there
     */
    Optional<Password> passphrase() throws BackupException;
}
