package io.saddlebag.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;

/** Bytes that never change: names as the source has them, whatever their encoding, and values of attributes. */
public final class ByteString {
    private final byte[] bytes;

    private ByteString(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The text in UTF-8. */
    public static ByteString of(String text) {
        return new ByteString(text.getBytes(UTF_8));
    }

    public static ByteString copyOf(byte[] bytes) {
        return new ByteString(bytes.clone());
    }

    /** What {@link #toExactText} was made of. */
    public static ByteString ofExactText(String text) {
        return new ByteString(ExactText.bytes(text));
    }

    /** The bytes from {@code from} up to {@code to}, which is not included. */
    public static ByteString copyOf(byte[] bytes, int from, int to) {
        return new ByteString(Arrays.copyOfRange(bytes, from, to));
    }

    public int length() {
        return bytes.length;
    }

    public byte at(int index) {
        return bytes[index];
    }

    public byte[] toBytes() {
        return bytes.clone();
    }

    public boolean isAscii() {
        for (byte b : bytes) {
            if (b < 0) {
                return false;
            }
        }
        return true;
    }

    public boolean isUtf8() {
        if (isAscii()) {
            return true;
        }
        try {
            UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    public boolean startsWith(ByteString prefix) {
        return length() >= prefix.length()
                && Arrays.equals(bytes, 0, prefix.length(), prefix.bytes, 0, prefix.length());
    }

    /** Whether the byte occurs. */
    public boolean contains(char asciiByte) {
        for (byte b : bytes) {
            if (b == asciiByte) {
                return true;
            }
        }
        return false;
    }

    byte[] shared() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ByteString that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /**
     * As UTF-8, with each byte that is no UTF-8 spelt as a character from U+10FE80, for 0x80, to U+10FEFF; bytes that would mean
     * one of these characters are spelt so, too. Different byte strings have different texts.
     */
    public String toExactText() {
        return ExactText.of(this);
    }

    /** As UTF-8; what isn't shows as U+FFFD, so different byte strings can look alike. */
    @Override
    public String toString() {
        return new String(bytes, UTF_8);
    }
}
