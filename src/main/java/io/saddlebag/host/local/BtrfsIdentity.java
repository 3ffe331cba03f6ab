package io.saddlebag.host.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * Gives a copy of an unmounted Btrfs file system an identity of its own, as {@code btrfstune -m} does. The kernel takes
 * two copies with one identity for one file system of two devices, and mixes up their contents.
 *
 * <p>Layout: btrfs-progs, on-disk format, superblock.
 */
final class BtrfsIdentity {
    private static final long[] SUPERBLOCKS = {64L << 10, 64L << 20, 256L << 30};
    private static final int LENGTH = 4096;
    private static final int IDENTITY = 32;
    private static final int MAGIC_AT = 64;
    private static final long MAGIC = 0x4D5F53665248425FL; // _BHRfS_M
    private static final int INCOMPATIBLE_FLAGS = 188;
    private static final int CHECKSUM_TYPE = 196;
    private static final int METADATA_IDENTITY = 571;
    private static final long METADATA_IDENTITY_FLAG = 0x400;

    private BtrfsIdentity() {}

    static void change(Path image, UUID identity) throws IOException {
        try (FileChannel file = FileChannel.open(image, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            for (long at : SUPERBLOCKS) {
                if (at + LENGTH <= file.size()) {
                    change(image, file, at, identity);
                }
            }
        }
    }

    private static void change(Path image, FileChannel file, long at, UUID identity) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        while (block.hasRemaining()) {
            if (file.read(block, at + block.position()) < 0) {
                throw new IOException("image ends within the superblock at " + at + ": " + image);
            }
        }
        boolean known = block.getLong(MAGIC_AT) == MAGIC
                && block.getShort(CHECKSUM_TYPE) == 0
                && block.getInt(0) == checksum(block);
        if (!known) {
            throw new IOException("no superblock of Btrfs with CRC-32C at byte " + at + " of " + image);
        }
        long flags = block.getLong(INCOMPATIBLE_FLAGS);
        if ((flags & METADATA_IDENTITY_FLAG) == 0) {
            // the blocks of the file system go on to carry the identity that it was made with
            block.put(METADATA_IDENTITY, block, IDENTITY, 16);
            block.putLong(INCOMPATIBLE_FLAGS, flags | METADATA_IDENTITY_FLAG);
        }
        ByteBuffer bigEndian = block.duplicate().order(ByteOrder.BIG_ENDIAN);
        bigEndian.putLong(IDENTITY, identity.getMostSignificantBits());
        bigEndian.putLong(IDENTITY + Long.BYTES, identity.getLeastSignificantBits());
        block.putInt(0, checksum(block));
        block.rewind();
        while (block.hasRemaining()) {
            file.write(block, at + block.position());
        }
    }

    private static int checksum(ByteBuffer block) {
        CRC32C crc = new CRC32C();
        crc.update(block.slice(IDENTITY, LENGTH - IDENTITY));
        return (int) crc.getValue();
    }
}
