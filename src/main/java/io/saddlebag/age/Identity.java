package io.saddlebag.age;

import io.saddlebag.fault.BackupException;
import org.jspecify.annotations.Nullable;

/** Who can decrypt. */
public sealed interface Identity permits X25519Identity, Password {
    /** As {@link Recipient#keyId()} of its recipient. */
    String keyId();

    /** For whom files are encrypted that this identity opens. */
    Recipient recipient();

    /**
     * @return null when the file isn't for this identity
     * @throws BackupException when the header is for it, and damaged
     */
    @Nullable
    FileKey unwrap(AgeHeader header) throws BackupException;
}
