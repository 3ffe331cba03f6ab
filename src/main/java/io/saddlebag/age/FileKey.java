package io.saddlebag.age;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** The key of one file (age, "File key"). Never shown. */
final class FileKey {
    static final int BYTES = 16;
    static final int WRAPPED_BYTES = BYTES + Primitives.TAG_BYTES;

    private static final byte[] NO_SALT = new byte[0];

    private final byte[] key;

    /** @param key of 16 bytes; not copied */
    FileKey(byte[] key) {
        if (key.length != BYTES) {
            throw new IllegalArgumentException("a file key has " + BYTES + " bytes, not " + key.length);
        }
        this.key = key;
    }

    static FileKey generate(SecureRandom random) {
        byte[] key = new byte[BYTES];
        random.nextBytes(key);
        return new FileKey(key);
    }

    byte[] bytes() {
        return key.clone();
    }

    /** @param header up to and including {@code ---} */
    byte[] mac(byte[] header) {
        return Primitives.hmac(Primitives.hkdf(key, NO_SALT, "header".getBytes(StandardCharsets.US_ASCII)), header);
    }

    SecretKey payloadKey(byte[] nonce) {
        byte[] payload = Primitives.hkdf(key, nonce, "payload".getBytes(StandardCharsets.US_ASCII));
        return new SecretKeySpec(payload, "ChaCha20");
    }
}
