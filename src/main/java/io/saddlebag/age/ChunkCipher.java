package io.saddlebag.age;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.Security;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.IvParameterSpec;

/** Seals and opens the chunks of a payload (age, "Payload"). One thread at a time. */
final class ChunkCipher {
    /** Of plain text; only the last chunk may be shorter. */
    static final int CHUNK_BYTES = 64 << 10;

    static final int SEALED_BYTES = CHUNK_BYTES + Primitives.TAG_BYTES;

    private static final int COUNTER_AT = 3;
    private static final int LAST_FLAG_AT = 11;

    private final SecretKey key;
    private final Cipher cipher = newCipher();
    private final byte[] nonce = new byte[Primitives.NONCE_BYTES];

    ChunkCipher(SecretKey payloadKey) {
        this.key = payloadKey;
    }

    /** The JDK's own, whoever else is registered: others are many times slower. */
    static Cipher newCipher() {
        try {
            Provider ofJdk = Security.getProvider("SunJCE");
            return ofJdk == null
                    ? Cipher.getInstance("ChaCha20-Poly1305")
                    : Cipher.getInstance("ChaCha20-Poly1305", ofJdk);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK from 11 on has ChaCha20-Poly1305", e);
        }
    }

    /** @return bytes written */
    int seal(ChunkNumber number, byte[] plain, int at, int length, byte[] sealed, int sealedAt) {
        try {
            begin(Cipher.ENCRYPT_MODE, number);
            return cipher.doFinal(plain, at, length, sealed, sealedAt);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("chunk " + number + " could not be encrypted", e);
        }
    }

    /** @return bytes written; -1 when this isn't that chunk, sealed with that key: nothing is written then */
    int open(ChunkNumber number, byte[] sealed, int at, int length, byte[] plain, int plainAt) {
        try {
            begin(Cipher.DECRYPT_MODE, number);
            return cipher.doFinal(sealed, at, length, plain, plainAt);
        } catch (AEADBadTagException e) {
            return -1;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("chunk " + number + " could not be decrypted", e);
        }
    }

    private void begin(int mode, ChunkNumber number) throws GeneralSecurityException {
        ByteBuffer.wrap(nonce).putLong(COUNTER_AT, number.index());
        nonce[LAST_FLAG_AT] = (byte) (number.isLast() ? 1 : 0);
        cipher.init(mode, key, new IvParameterSpec(nonce));
    }

    /**
     * Which chunk. The format counts with 88 bits, of which 63 are used here: more than can be stored.
     *
     * @param index from 0
     */
    record ChunkNumber(long index, boolean isLast) {
        ChunkNumber {
            if (index < 0) {
                throw new IllegalArgumentException("no file has so many chunks");
            }
        }
    }
}
