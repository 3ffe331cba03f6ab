package io.saddlebag.blockmap;

import io.saddlebag.fault.BackupException;
import io.saddlebag.filesystem.Structures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The superblock of an XFS file system, checked (XFS Algorithms and Data Structures, "Superblocks").
 *
 * @param blocks of the data section
 * @param logBlock where the log begins, counted from the beginning of the disk
 * @param checksums whether metadata has checksums: version 5
 */
record XfsSuperblock(
        int blockBytes,
        int sectorBytes,
        long blocks,
        int groupBlocks,
        int groups,
        long logBlock,
        int logBlocks,
        boolean checksums) {
    static final int MAGIC = 0x58465342;

    private static final int MIN_BYTES = 512;
    private static final int CHECKSUM_AT = 224;
    private static final int IN_PROGRESS_AT = 126;

    /** Directory types, sparse inodes, own uuid, times and counters of 64 bits, exchanges, parents, metadata directory. */
    private static final int INCOMPATIBLE_KNOWN = 0x1ef;

    private static final int NEEDS_REPAIR = 0x10;

    /** Trees of free inodes, of owners and of shared blocks; counts of inode tree blocks. */
    private static final int READ_ONLY_KNOWN = 0xf;

    static XfsSuperblock read(Structures structures) throws IOException {
        ByteBuffer head = structures.read("its superblock", 0, MIN_BYTES);
        structures.require(head.getInt(0) == MAGIC, "it has no superblock");
        int version = head.getShort(100) & 0xf;
        if (version != 4 && version != 5) {
            throw structures.unsupported("version " + version);
        }
        int sectorBytes = Short.toUnsignedInt(head.getShort(102));
        structures.require(isPowerFrom(512, 32_768, sectorBytes), "it says its sectors have " + sectorBytes + " bytes");
        if (version == 5) {
            ByteBuffer whole = structures.read("its superblock", 0, sectorBytes);
            requireChecksum(structures, "its superblock", whole, CHECKSUM_AT);
            checkFeatures(structures, whole);
        }
        structures.require(head.get(IN_PROGRESS_AT) == 0, "its making was never completed");
        long logStart = head.getLong(48);
        int groupLog = head.get(124);
        structures.require(groupLog > 0 && groupLog < 32, "it says its groups have 2^" + groupLog + " blocks");
        XfsSuperblock made = new XfsSuperblock(
                head.getInt(4),
                sectorBytes,
                head.getLong(8),
                head.getInt(84),
                head.getInt(88),
                (logStart >>> groupLog) * Integer.toUnsignedLong(head.getInt(84)) + (logStart & ((1L << groupLog) - 1)),
                head.getInt(96),
                version == 5);
        made.check(structures);
        if (logStart == 0) {
            throw structures.unsupported("a log on another device");
        }
        return made;
    }

    private static void checkFeatures(Structures structures, ByteBuffer superblock) throws BackupException {
        int readOnly = superblock.getInt(212);
        int incompatible = superblock.getInt(216);
        if ((incompatible & NEEDS_REPAIR) != 0) {
            throw structures.damaged("it is marked to be repaired");
        }
        if ((incompatible & ~INCOMPATIBLE_KNOWN) != 0 || (readOnly & ~READ_ONLY_KNOWN) != 0) {
            throw structures.unsupported("the features 0x" + Integer.toHexString(incompatible & ~INCOMPATIBLE_KNOWN)
                    + " and 0x" + Integer.toHexString(readOnly & ~READ_ONLY_KNOWN));
        }
    }

    /** The field is little-endian, as nothing else is. */
    static void requireChecksum(Structures structures, String what, ByteBuffer bytes, int at) throws BackupException {
        int stored = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).getInt(at);
        structures.require(
                stored == Structures.crc32c(bytes, bytes.limit(), at, Integer.BYTES),
                what + " doesn't match its checksum");
    }

    private static boolean isPowerFrom(int least, int most, int number) {
        return number >= least && number <= most && Integer.bitCount(number) == 1;
    }

    private void check(Structures structures) throws BackupException {
        structures.require(
                isPowerFrom(512, 65_536, blockBytes) && blockBytes >= sectorBytes,
                "it says its blocks have " + blockBytes + " bytes");
        structures.require(
                groupBlocks > 0 && groups > 0 && (long) groupBlocks * blockBytes >= 8L * sectorBytes,
                "it says it has " + groups + " groups of " + groupBlocks + " blocks");
        long most = structures.diskBytes() / blockBytes;
        structures.require(
                blocks > (long) (groups - 1) * groupBlocks && blocks <= (long) groups * groupBlocks && blocks <= most,
                "it says it has " + Long.toUnsignedString(blocks) + " blocks in " + groups + " groups on a disk of "
                        + most);
        structures.require(
                logBlocks > 0 && logBlock >= 0 && logBlock <= blocks - logBlocks,
                "it says its log has " + Integer.toUnsignedString(logBlocks) + " blocks from block " + logBlock
                        + " on");
    }

    int blocksOf(int group) {
        return (int) Math.min(groupBlocks, blocks - (long) group * groupBlocks);
    }

    long groupBegin(int group) {
        return (long) group * groupBlocks * blockBytes;
    }
}
