package io.saddlebag.blockmap;

import io.saddlebag.disk.ReadableDisk;
import io.saddlebag.ext.ExtChecksum;
import io.saddlebag.ext.ExtDescriptors;
import io.saddlebag.ext.ExtSuperblock;
import io.saddlebag.filesystem.FileSystemType;
import io.saddlebag.filesystem.Structures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Used blocks of ext2, ext3 and ext4, from the bitmaps of their groups. A group whose bitmap was never written has only
 * metadata in it, which is found from the descriptors of all groups. Memory: a few words for each such piece of metadata.
 */
final class ExtMap {
    private static final int BLOCK_UNINIT = 2;

    private final Structures structures;
    private final ExtSuperblock superblock;
    private final ExtDescriptors descriptors;
    private final UsedUnits used;

    /** Metadata that lies in groups without a bitmap, by group. */
    private final Map<Long, List<Piece>> strayMetadata = new HashMap<>();

    /** A row of blocks. */
    private record Piece(long firstBlock, long blocks) {}

    private ExtMap(ReadableDisk disk) throws IOException {
        this.structures = new Structures(disk, FileSystemType.EXT, ByteOrder.LITTLE_ENDIAN, BlockMaps.WHOLE_DISK);
        this.superblock = ExtSuperblock.read(structures);
        this.descriptors = new ExtDescriptors(structures, superblock);
        long units = (superblock.blocks() - superblock.firstBlock() + superblock.clusterBlocks() - 1)
                / superblock.clusterBlocks();
        int unitBytes = superblock.blockBytes() * superblock.clusterBlocks();
        long beginBytes = superblock.firstBlock() * superblock.blockBytes();
        // the last cluster of bigalloc may be in part behind the end
        this.used = new UsedUnits(disk.sizeBytes(), unitBytes, beginBytes, units);
    }

    static BlockMap read(ReadableDisk disk) throws IOException {
        ExtMap map = new ExtMap(disk);
        if (map.superblock.uninitialisedGroups()) {
            map.findStrayMetadata();
        }
        for (long group = 0; group < map.superblock.groups(); group++) {
            map.readGroup(group);
        }
        return map.used.map(FileSystemType.EXT);
    }

    private void findStrayMetadata() throws IOException {
        for (long group = 0; group < superblock.groups(); group++) {
            ByteBuffer descriptor = descriptors.of(group);
            for (Piece piece : List.of(
                    new Piece(descriptors.block(descriptor, 0), 1),
                    new Piece(descriptors.block(descriptor, 4), 1),
                    new Piece(descriptors.block(descriptor, 8), superblock.inodeTableBlocks()))) {
                long end = piece.firstBlock() + piece.blocks();
                structures.require(
                        piece.firstBlock() >= superblock.firstBlock() && end <= superblock.blocks(),
                        "group " + group + " has its metadata at block " + piece.firstBlock());
                for (long in = groupOf(piece.firstBlock()); in <= groupOf(end - 1); in++) {
                    if (isUninitialised(in)) {
                        strayMetadata
                                .computeIfAbsent(in, g -> new ArrayList<>())
                                .add(piece);
                    }
                }
            }
        }
    }

    private long groupOf(long block) {
        return (block - superblock.firstBlock()) / superblock.groupBlocks();
    }

    private boolean isUninitialised(long group) throws IOException {
        return superblock.uninitialisedGroups() && (descriptors.of(group).getShort(18) & BLOCK_UNINIT) != 0;
    }

    private void readGroup(long group) throws IOException {
        int bits = superblock.clustersOf(group);
        byte[] bitmap = isUninitialised(group) ? madeBitmap(group, bits) : readBitmap(group);
        requireFreeCount(group, bitmap, bits);
        long firstUnit = group * (superblock.groupBlocks() / superblock.clusterBlocks());
        used.addBits(firstUnit, bitmap, bits);
    }

    /** The descriptor has counted, too. */
    private void requireFreeCount(long group, byte[] bitmap, int bits) throws IOException {
        int free = bits;
        for (int i = 0; i < bits; i++) {
            free -= bitmap[i >> 3] >> (i & 7) & 1;
        }
        ByteBuffer descriptor = descriptors.of(group);
        int said = descriptors.count(descriptor, 0x0c, 0x2c);
        structures.require(
                free == said, "the bitmap of group " + group + " has " + free + " free, its descriptor says " + said);
    }

    private byte[] readBitmap(long group) throws IOException {
        ByteBuffer descriptor = descriptors.of(group);
        long block = descriptors.block(descriptor, 0);
        structures.require(
                block >= superblock.firstBlock() && block < superblock.blocks(),
                "group " + group + " has its bitmap at block " + block);
        byte[] bitmap = structures.bytes(
                "the bitmap of group " + group, block * superblock.blockBytes(), superblock.blockBytes());
        if (superblock.metadataChecksums()) {
            int covered = superblock.groupBlocks() / superblock.clusterBlocks() / Byte.SIZE;
            int sum = ExtChecksum.update(
                    superblock.checksumSeed(),
                    ByteBuffer.wrap(bitmap, 0, covered).slice());
            int stored = descriptors.count(descriptor, 0x18, 0x38);
            structures.require(
                    stored == (descriptors.areWide() ? sum : sum & 0xffff),
                    "the bitmap of group " + group + " doesn't match its checksum");
        }
        return bitmap;
    }

    private byte[] madeBitmap(long group, int bits) {
        byte[] bitmap = new byte[(bits + 7) / 8];
        long begin = superblock.firstBlockOf(group);
        List<Piece> pieces = new ArrayList<>(strayMetadata.getOrDefault(group, List.of()));
        pieces.add(new Piece(begin, superblock.headBlocks(group)));
        for (Piece piece : pieces) {
            long from = Math.max(0, piece.firstBlock() - begin);
            long to = Math.min((long) bits * superblock.clusterBlocks(), piece.firstBlock() + piece.blocks() - begin);
            for (long block = from; block < to; block++) {
                int bit = (int) (block / superblock.clusterBlocks());
                bitmap[bit >> 3] |= (byte) (1 << (bit & 7));
            }
        }
        return bitmap;
    }
}
