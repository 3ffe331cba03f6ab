package io.saddlebag.age;

import java.security.SecureRandom;

/** For whom a file is encrypted. */
public sealed interface Recipient permits X25519Recipient, Password {
    /** What labels and catalog call it: tells keys apart, and is no secret. */
    String keyId();

    /** The file key, readable for this recipient alone. */
    Stanza wrap(FileKey key, SecureRandom random);
}
