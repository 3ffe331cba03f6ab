package io.saddlebag.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** One header block as it was read, ours or another tar program's. Its checksum is right. */
final class HeaderBlock {
    private static final byte[] POSIX = "ustar\00000".getBytes(UTF_8);
    private static final byte[] GNU = "ustar  \0".getBytes(UTF_8);

    private final byte[] block;
    private final long at;
    private final boolean gnu;

    /** @param at offset in the tar stream, for messages */
    HeaderBlock(byte[] block, long at) throws ImageException {
        this.block = block.clone();
        this.at = at;
        // first of all: after it, what else is wrong was written so
        long sum = octal(TarBlock.CHECKSUM);
        if (sum != TarBlock.checksumOf(block)) {
            throw new ImageException(
                    ImageFault.HEADER_CHECKSUM,
                    "the header at byte " + at + " of the tar stream has checksum " + sum + ", its bytes add up to "
                            + TarBlock.checksumOf(block),
                    "Read another copy of the image.");
        }
        byte[] magic = raw(TarBlock.MAGIC);
        this.gnu = Arrays.equals(magic, GNU);
        if (!gnu && !Arrays.equals(magic, POSIX)) {
            throw malformed("is neither a POSIX nor a GNU one");
        }
    }

    char typeflag() {
        return (char) (block[TarBlock.TYPEFLAG.offset] & 0xff);
    }

    /** Octal digits, or GNU's base 256. */
    long number(TarBlock field) throws ImageException {
        int first = block[field.offset] & 0xff;
        return first == 0x80 || first == 0xff ? base256(field) : octal(field);
    }

    private long octal(TarBlock field) throws ImageException {
        int i = field.offset;
        int end = field.offset + field.length;
        while (i < end && block[i] == ' ') {
            i++;
        }
        long value = 0;
        while (i < end && block[i] >= '0' && block[i] <= '7') {
            value = value << 3 | (block[i] - '0');
            i++;
        }
        while (i < end && (block[i] == ' ' || block[i] == 0)) {
            i++;
        }
        if (i < end) {
            throw malformed("has no number in " + field);
        }
        return value;
    }

    private long base256(TarBlock field) throws ImageException {
        boolean negative = (block[field.offset] & 0xff) == 0xff;
        long value = negative ? -1 : 0;
        for (int i = field.offset + 1; i < field.offset + field.length; i++) {
            long shifted = value << 8;
            if (shifted >> 8 != value) {
                throw malformed("has too large a number in " + field);
            }
            value = shifted | (block[i] & 0xff);
        }
        if (value < 0 != negative) {
            throw malformed("has too large a number in " + field);
        }
        return value;
    }

    /** Up to the first NUL. */
    ByteString text(TarBlock field) {
        int end = field.offset;
        while (end < field.offset + field.length && block[end] != 0) {
            end++;
        }
        return ByteString.copyOf(block, field.offset, end);
    }

    private byte[] raw(TarBlock field) {
        return Arrays.copyOfRange(block, field.offset, field.offset + field.length);
    }

    /** GNU's own headers keep other things where POSIX has the prefix. */
    ByteString path() {
        ByteString name = text(TarBlock.NAME);
        ByteString prefix = gnu ? ByteString.of("") : text(TarBlock.PREFIX);
        if (prefix.length() == 0) {
            return name;
        }
        byte[] path = Arrays.copyOf(prefix.shared(), prefix.length() + 1 + name.length());
        path[prefix.length()] = '/';
        System.arraycopy(name.shared(), 0, path, prefix.length() + 1, name.length());
        return ByteString.copyOf(path);
    }

    ImageException malformed(String what) {
        return new ImageException(
                ImageFault.MALFORMED,
                "the header at byte " + at + " of the tar stream " + what,
                "Read another copy of the image; if all are so, it is no tar archive from this place on.");
    }
}
