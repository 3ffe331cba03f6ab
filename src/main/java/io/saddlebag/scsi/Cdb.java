package io.saddlebag.scsi;

import java.util.Arrays;
import java.util.HexFormat;

/** A command descriptor block of 6, 10, 12 or 16 bytes (SPC-4, 4.2). */
public final class Cdb {
    private final byte[] bytes;

    private Cdb(byte[] bytes) {
        if (bytes.length != 6 && bytes.length != 10 && bytes.length != 12 && bytes.length != 16) {
            throw new IllegalArgumentException("a command block of " + bytes.length + " bytes");
        }
        this.bytes = bytes;
    }

    /** @param bytes each 0 to 255 */
    public static Cdb of(int... bytes) {
        byte[] block = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] < 0 || bytes[i] > 0xff) {
                throw new IllegalArgumentException("byte " + i + " of a command block is " + bytes[i]);
            }
            block[i] = (byte) bytes[i];
        }
        return new Cdb(block);
    }

    public int length() {
        return bytes.length;
    }

    /** The operation code, 0 to 255. */
    public int operation() {
        return bytes[0] & 0xff;
    }

    /** A copy. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Cdb cdb && Arrays.equals(bytes, cdb.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return HexFormat.ofDelimiter(" ").formatHex(bytes);
    }
}
