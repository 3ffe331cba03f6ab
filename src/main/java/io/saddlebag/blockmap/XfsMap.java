package io.saddlebag.blockmap;

import io.saddlebag.disk.ReadableDisk;
import io.saddlebag.filesystem.FileSystemType;
import io.saddlebag.filesystem.Structures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Used blocks of XFS: all but those in each allocation group's B+tree of free space by block number. Blocks kept back for that
 * tree itself count as used.
 */
final class XfsMap {
    private static final int GROUP_MAGIC = 0x58414746;
    private static final int GROUP_CHECKSUM_AT = 216;
    private static final int TREE_MAGIC = 0x41425442;
    private static final int TREE_MAGIC_CHECKSUMS = 0x41423342;
    private static final int TREE_CHECKSUM_AT = 52;
    private static final int TREE_HEAD_BYTES = 16;
    private static final int TREE_HEAD_BYTES_CHECKSUMS = 56;
    private static final int RECORD_BYTES = 8;
    private static final int POINTER_BYTES = 4;
    private static final int MAX_LEVELS = 9;
    private static final int BASIC_BLOCK_BYTES = 512;

    private final Structures structures;
    private final XfsSuperblock superblock;
    private final UsedUnits used;

    /** Within the group being read. */
    private int group;

    private long endOfLastFree;
    private long free;

    private XfsMap(ReadableDisk disk) throws IOException {
        this.structures = new Structures(disk, FileSystemType.XFS, ByteOrder.BIG_ENDIAN, BlockMaps.WHOLE_DISK);
        this.superblock = XfsSuperblock.read(structures);
        this.used = new UsedUnits(disk.sizeBytes(), superblock.blockBytes(), 0, superblock.blocks());
    }

    static BlockMap read(ReadableDisk disk) throws IOException {
        XfsMap map = new XfsMap(disk);
        XfsLog.requireSettled(map.structures, map.superblock);
        for (int group = 0; group < map.superblock.groups(); group++) {
            map.readGroup(group);
        }
        return map.used.map(FileSystemType.XFS);
    }

    private void readGroup(int number) throws IOException {
        group = number;
        endOfLastFree = 0;
        free = 0;
        String what = "the free space header of group " + group;
        ByteBuffer head = structures.read(
                what, superblock.groupBegin(group) + superblock.sectorBytes(), superblock.sectorBytes());
        structures.require(
                head.getInt(0) == GROUP_MAGIC
                        && head.getInt(8) == group
                        && head.getInt(12) == superblock.blocksOf(group),
                what + " is not where it should be");
        if (superblock.checksums()) {
            XfsSuperblock.requireChecksum(structures, what, head, GROUP_CHECKSUM_AT);
        }
        int levels = head.getInt(28);
        structures.require(levels > 0 && levels <= MAX_LEVELS, what + " says its tree has " + levels + " levels");
        walk(Integer.toUnsignedLong(head.getInt(16)), levels - 1);
        used.add((long) group * superblock.groupBlocks() + endOfLastFree, superblock.blocksOf(group) - endOfLastFree);
        structures.require(
                free == Integer.toUnsignedLong(head.getInt(52)),
                what + " says " + Integer.toUnsignedString(head.getInt(52)) + " blocks are free, its tree has " + free);
    }

    /** Bounded: the level falls, and leaves have to go on where the one before ended. */
    private void walk(long block, int level) throws IOException {
        String what = "block " + block + " of the free space tree of group " + group;
        structures.require(block > 0 && block < superblock.blocksOf(group), what + " is outside of the group");
        int blockBytes = superblock.blockBytes();
        ByteBuffer node = structures.read(what, superblock.groupBegin(group) + block * blockBytes, blockBytes);
        int magic = superblock.checksums() ? TREE_MAGIC_CHECKSUMS : TREE_MAGIC;
        structures.require(node.getInt(0) == magic && node.getShort(4) == level, what + " is none of level " + level);
        if (superblock.checksums()) {
            long at = (superblock.groupBegin(group) + block * blockBytes) / BASIC_BLOCK_BYTES;
            structures.require(node.getLong(16) == at && node.getInt(48) == group, what + " belongs somewhere else");
            XfsSuperblock.requireChecksum(structures, what, node, TREE_CHECKSUM_AT);
        }
        int records = Short.toUnsignedInt(node.getShort(6));
        int head = superblock.checksums() ? TREE_HEAD_BYTES_CHECKSUMS : TREE_HEAD_BYTES;
        int most = (blockBytes - head) / (level == 0 ? RECORD_BYTES : RECORD_BYTES + POINTER_BYTES);
        structures.require(
                records <= most && (records > 0 || level == 0), what + " says it has " + records + " entries");
        for (int i = 0; i < records; i++) {
            if (level == 0) {
                addFree(
                        what,
                        Integer.toUnsignedLong(node.getInt(head + i * RECORD_BYTES)),
                        Integer.toUnsignedLong(node.getInt(head + i * RECORD_BYTES + POINTER_BYTES)));
            } else {
                long before = endOfLastFree;
                walk(Integer.toUnsignedLong(node.getInt(head + most * RECORD_BYTES + i * POINTER_BYTES)), level - 1);
                structures.require(endOfLastFree > before, what + " has an empty block below it");
            }
        }
    }

    private void addFree(String what, long begin, long count) throws IOException {
        structures.require(
                count > 0 && begin >= endOfLastFree && begin + count <= superblock.blocksOf(group),
                what + " says that " + count + " blocks from " + begin + " on are free");
        used.add((long) group * superblock.groupBlocks() + endOfLastFree, begin - endOfLastFree);
        endOfLastFree = begin + count;
        free += count;
    }
}
