package io.saddlebag.image;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** A header block being filled. */
final class UstarHeader {
    private static final byte[] MAGIC_AND_VERSION = "ustar\00000".getBytes(US_ASCII);

    private final byte[] block = new byte[TarBlock.BYTES];

    UstarHeader(char typeflag) {
        block[TarBlock.TYPEFLAG.offset] = (byte) typeflag;
        System.arraycopy(MAGIC_AND_VERSION, 0, block, TarBlock.MAGIC.offset, MAGIC_AND_VERSION.length);
    }

    /** Octal digits, or 0 when the field is too small, which then is a pax record's. */
    UstarHeader number(TarBlock field, long value) {
        long left = value < 0 || value > field.maxOctal() ? 0 : value;
        for (int i = field.length - 2; i >= 0; i--) {
            block[field.offset + i] = (byte) ('0' + (left & 7));
            left >>>= 3;
        }
        return this;
    }

    /** The bytes, or the beginning of them that fits, with {@code _} for what isn't ASCII. */
    UstarHeader text(TarBlock field, byte[] bytes, int from, int to) {
        int length = Math.min(to - from, field.length);
        for (int i = 0; i < length; i++) {
            byte b = bytes[from + i];
            block[field.offset + i] = b < 0 ? (byte) '_' : b;
        }
        return this;
    }

    /** @return whether the path is held in full */
    boolean path(byte[] path, boolean ascii) {
        if (path.length <= TarBlock.NAME.length) {
            text(TarBlock.NAME, path, 0, path.length);
            return ascii;
        }
        int slash = ascii ? splitOf(path) : -1;
        if (slash < 0) {
            text(TarBlock.NAME, path, 0, path.length);
            return false;
        }
        text(TarBlock.PREFIX, path, 0, slash);
        text(TarBlock.NAME, path, slash + 1, path.length);
        return true;
    }

    /** The first slash that leaves a name of 1 to 100 bytes behind a prefix of at most 155; -1 when there is none. */
    private static int splitOf(byte[] path) {
        int first = Math.max(1, path.length - TarBlock.NAME.length - 1);
        int last = Math.min(TarBlock.PREFIX.length, path.length - 2);
        for (int i = first; i <= last; i++) {
            if (path[i] == '/') {
                return i;
            }
        }
        return -1;
    }

    /** The block with its checksum. */
    byte[] finish() {
        int sum = TarBlock.checksumOf(block);
        int at = TarBlock.CHECKSUM.offset;
        for (int i = 5; i >= 0; i--) {
            block[at + i] = (byte) ('0' + (sum & 7));
            sum >>>= 3;
        }
        block[at + 6] = 0;
        block[at + 7] = ' ';
        return block;
    }
}
