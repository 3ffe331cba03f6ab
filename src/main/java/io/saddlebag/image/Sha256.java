package io.saddlebag.image;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A SHA-256 in the making. */
final class Sha256 {
    static final int HEX_DIGITS = 64;

    private static final HexFormat HEX = HexFormat.of();

    private final MessageDigest digest;

    Sha256() {
        this(newDigest());
    }

    /** One that goes on where another ended, whose hexadecimal digits are its first bytes. */
    static Sha256 behind(String hexDigits) {
        Sha256 next = new Sha256();
        byte[] digits = hexDigits.getBytes(US_ASCII);
        next.update(digits, 0, digits.length);
        return next;
    }

    private Sha256(MessageDigest digest) {
        this.digest = digest;
    }

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    static String of(byte[] bytes, int from, int to) {
        Sha256 sha = new Sha256();
        sha.update(bytes, from, to - from);
        return sha.finish();
    }

    void update(byte[] bytes, int offset, int length) {
        digest.update(bytes, offset, length);
    }

    /** Of the bytes from one place of a buffer to another, whatever its position. */
    void update(ByteBuffer bytes, int from, int to) {
        digest.update(bytes.duplicate().limit(to).position(from));
    }

    /** The hexadecimal digits of all so far, after which it begins anew. */
    String finish() {
        return HEX.formatHex(digest.digest());
    }

    /** Of the same bytes so far; goes its own way from here. */
    Sha256 copy() {
        try {
            return new Sha256((MessageDigest) digest.clone());
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the SHA-256 of this Java platform can't be copied", e);
        }
    }
}
