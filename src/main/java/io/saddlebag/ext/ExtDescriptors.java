package io.saddlebag.ext;

import io.saddlebag.filesystem.Structures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The descriptors of a file system's groups, those of one block at a time. Compared with their checksums where they have any. */
public final class ExtDescriptors {
    private static final int CHECKSUM_AT = 0x1e;

    /** Descriptors as long as this have the upper halves of their fields. */
    private static final int WIDE_BYTES = 64;

    private final Structures structures;
    private final ExtSuperblock superblock;
    private byte[] block = {};
    private long blockIndex = -1;

    public ExtDescriptors(Structures structures, ExtSuperblock superblock) {
        this.structures = structures;
        this.superblock = superblock;
    }

    /** Little-endian. */
    public ByteBuffer of(long group) throws IOException {
        int perBlock = superblock.descriptorsPerBlock();
        long index = group / perBlock;
        if (index != blockIndex) {
            block = structures.bytes(
                    "the descriptors from group " + index * perBlock + " on",
                    superblock.descriptorBlock(index) * superblock.blockBytes(),
                    superblock.blockBytes());
            blockIndex = index;
            check(index * perBlock);
        }
        int at = (int) (group % perBlock) * superblock.descriptorBytes();
        return ByteBuffer.wrap(block, at, superblock.descriptorBytes()).slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    private void check(long firstGroup) throws IOException {
        if (!superblock.metadataChecksums()) {
            return;
        }
        long end = Math.min(superblock.groups(), firstGroup + superblock.descriptorsPerBlock());
        for (long group = firstGroup; group < end; group++) {
            int at = (int) (group - firstGroup) * superblock.descriptorBytes();
            byte[] descriptor = Arrays.copyOfRange(block, at, at + superblock.descriptorBytes());
            ByteBuffer bytes = ByteBuffer.wrap(descriptor).order(ByteOrder.LITTLE_ENDIAN);
            short stored = bytes.getShort(CHECKSUM_AT);
            bytes.putShort(CHECKSUM_AT, (short) 0);
            ByteBuffer number = ByteBuffer.allocate(Integer.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(0, (int) group);
            int sum = ExtChecksum.update(ExtChecksum.update(superblock.checksumSeed(), number), bytes);
            structures.require(
                    stored == (short) sum, "the descriptor of group " + group + " doesn't match its checksum");
        }
    }

    /** Whether descriptors have the upper halves of their fields. */
    public boolean areWide() {
        return superblock.descriptorBytes() >= WIDE_BYTES;
    }

    /** The block number in a descriptor whose lower half is at that place. */
    public long block(ByteBuffer descriptor, int at) {
        long low = Integer.toUnsignedLong(descriptor.getInt(at));
        return low | (areWide() ? Integer.toUnsignedLong(descriptor.getInt(at + 0x20)) << 32 : 0);
    }

    /** The count in a descriptor whose lower and upper half are at those places. */
    public int count(ByteBuffer descriptor, int lowAt, int highAt) {
        int low = Short.toUnsignedInt(descriptor.getShort(lowAt));
        return low | (areWide() ? Short.toUnsignedInt(descriptor.getShort(highAt)) << 16 : 0);
    }
}
