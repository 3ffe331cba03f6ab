package io.saddlebag.age;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** A public key, {@code age1...} (age, "The X25519 recipient type"). */
public final class X25519Recipient implements Recipient {
    static final String TYPE = "X25519";

    /** Hexadecimal digits of a key id: the beginning of the SHA-256 of the public key. */
    public static final int KEY_ID_DIGITS = 8;

    private static final String PREFIX = "age";
    private static final byte[] INFO = "age-encryption.org/v1/X25519".getBytes(StandardCharsets.US_ASCII);

    private final byte[] point;

    X25519Recipient(byte[] point) {
        this.point = point;
    }

    /** @throws IllegalArgumentException saying what is wrong, without the text: it may be a secret by mistake */
    public static X25519Recipient parse(String text) {
        byte[] point;
        try {
            point = Bech32.decode(PREFIX, text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("this is no recipient such as age1...: " + e.getMessage(), e);
        }
        if (point.length != Primitives.KEY_BYTES || !text.startsWith(PREFIX)) {
            throw new IllegalArgumentException("this is no X25519 recipient in lower case");
        }
        return new X25519Recipient(point);
    }

    @Override
    public String keyId() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(point);
            return HexFormat.of().formatHex(digest, 0, KEY_ID_DIGITS / 2);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public Stanza wrap(FileKey key, SecureRandom random) {
        byte[] secret = new byte[Primitives.KEY_BYTES];
        random.nextBytes(secret);
        byte[] share = Primitives.x25519(secret);
        byte[] shared = Primitives.x25519(secret, point);
        if (shared == null) {
            throw new IllegalArgumentException("recipient " + this + " is a point of small order, and nobody's key");
        }
        byte[] body = Primitives.wrap(wrappingKey(shared, share), key.bytes());
        return new Stanza(List.of(TYPE, Base64Text.encode(share)), body);
    }

    byte[] wrappingKey(byte[] shared, byte[] share) {
        byte[] salt = Arrays.copyOf(share, share.length + point.length);
        System.arraycopy(point, 0, salt, share.length, point.length);
        return Primitives.hkdf(shared, salt, INFO);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof X25519Recipient that && Arrays.equals(point, that.point);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(point);
    }

    /** {@code age1...} */
    @Override
    public String toString() {
        return Bech32.encode(PREFIX, point);
    }
}
