package io.saddlebag.image;

/** Layout of a header block (POSIX.1-2001, pax, "ustar Interchange Format"): offset and length of its fields, bytes. */
enum TarBlock {
    NAME(0, 100),
    MODE(100, 8),
    UID(108, 8),
    GID(116, 8),
    SIZE(124, 12),
    MTIME(136, 12),
    CHECKSUM(148, 8),
    TYPEFLAG(156, 1),
    LINKNAME(157, 100),
    MAGIC(257, 8),
    UNAME(265, 32),
    GNAME(297, 32),
    DEVMAJOR(329, 8),
    DEVMINOR(337, 8),
    PREFIX(345, 155);

    /** Bytes of a block. */
    static final int BYTES = 512;

    /** Blocks of zero bytes that end an archive. */
    static final int END_BLOCKS = 2;

    final int offset;
    final int length;

    TarBlock(int offset, int length) {
        this.offset = offset;
        this.length = length;
    }

    /** The largest number that the field holds in octal digits. */
    long maxOctal() {
        return (1L << (3 * (length - 1))) - 1;
    }

    /** Zero bytes behind that many bytes of content. */
    static int padding(long size) {
        return (int) (-size & (BYTES - 1));
    }

    static boolean isZero(byte[] block, int length) {
        for (int i = 0; i < length; i++) {
            if (block[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /** The checksum that the block should have. */
    static int checksumOf(byte[] block) {
        int sum = CHECKSUM.length * ' ';
        for (int i = 0; i < BYTES; i++) {
            boolean own = i >= CHECKSUM.offset && i < CHECKSUM.offset + CHECKSUM.length;
            sum += own ? 0 : block[i] & 0xff;
        }
        return sum;
    }
}
