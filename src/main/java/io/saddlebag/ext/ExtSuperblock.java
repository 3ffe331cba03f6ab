package io.saddlebag.ext;

import io.saddlebag.fault.BackupException;
import io.saddlebag.filesystem.Structures;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The superblock of an ext2, ext3 or ext4 file system, checked (Linux, Documentation/filesystems/ext4).
 *
 * @param blocks of the file system, from 0
 * @param firstBlock the block that group 0 begins with: 1 for blocks of 1 KiB, as a rule
 * @param clusterBlocks blocks in a bit of the bitmaps: 1 but with bigalloc
 * @param checksumSeed of metadata checksums
 */
public record ExtSuperblock(
        int blockBytes,
        long blocks,
        long firstBlock,
        int clusterBlocks,
        int groupBlocks,
        int groupInodes,
        int inodeBytes,
        int descriptorBytes,
        int compatible,
        int incompatible,
        int readOnlyCompatible,
        long firstMetaGroup,
        int reservedTableBlocks,
        long backupGroup0,
        long backupGroup1,
        int checksumSeed) {
    static final int AT = 1024;
    static final int BYTES = 1024;

    private static final int MAGIC = 0xef53;
    private static final int CHECKSUM_AT = 0x3fc;
    private static final int CHECKSUM_TYPE_CRC32C = 1;
    private static final int STATE_CLEAN = 1;
    private static final int STATE_ERRORS = 2;

    private static final int COMPATIBLE_SPARSE_SUPER2 = 0x200;

    private static final int NEEDS_RECOVERY = 0x4;
    private static final int JOURNAL_DEVICE = 0x8;
    private static final int META_BG = 0x10;
    private static final int BITS_64 = 0x80;
    private static final int CHECKSUM_SEED = 0x2000;

    /** Those of which it is known that they change nothing here, or what. */
    private static final int INCOMPATIBLE_KNOWN = 0x3f7de & ~JOURNAL_DEVICE;

    private static final int SPARSE_SUPER = 0x1;
    private static final int GROUP_CHECKSUMS = 0x10;
    private static final int METADATA_CHECKSUMS = 0x400;
    private static final int READ_ONLY_KNOWN = 0x1ff7f;

    private static final int MIN_GROUP_BLOCKS = 256;
    private static final int MAX_LOG_BLOCK = 6;
    private static final int MAX_LOG_CLUSTER = 20;

    public static ExtSuperblock read(Structures structures) throws IOException {
        ByteBuffer sb = structures.read("its superblock", AT, BYTES);
        structures.require(Short.toUnsignedInt(sb.getShort(0x38)) == MAGIC, "it has no superblock");
        int incompatible = sb.getInt(0x60);
        int readOnly = sb.getInt(0x64);
        checkFeatures(structures, incompatible, readOnly);
        if ((readOnly & METADATA_CHECKSUMS) != 0) {
            structures.require(
                    sb.get(0x175) == CHECKSUM_TYPE_CRC32C
                            && sb.getInt(CHECKSUM_AT) == ~Structures.crc32c(sb, CHECKSUM_AT, CHECKSUM_AT, 0),
                    "its superblock doesn't match its checksum");
        }
        checkState(structures, sb, incompatible);
        int logBlock = sb.getInt(0x18);
        int logCluster = sb.getInt(0x1c);
        structures.require(
                logBlock >= 0 && logBlock <= MAX_LOG_BLOCK, "it says its blocks have 2^" + logBlock + " KiB");
        boolean bigalloc = (readOnly & 0x200) != 0;
        structures.require(
                !bigalloc || (logCluster >= logBlock && logCluster <= MAX_LOG_CLUSTER),
                "it says its clusters have 2^" + logCluster + " KiB");
        boolean bits64 = (incompatible & BITS_64) != 0;
        ExtSuperblock made = new ExtSuperblock(
                1024 << logBlock,
                Integer.toUnsignedLong(sb.getInt(4)) | (bits64 ? Integer.toUnsignedLong(sb.getInt(0x150)) << 32 : 0),
                Integer.toUnsignedLong(sb.getInt(0x14)),
                bigalloc ? 1 << (logCluster - logBlock) : 1,
                sb.getInt(0x20),
                sb.getInt(0x28),
                sb.getInt(0x4c) == 0 ? 128 : Short.toUnsignedInt(sb.getShort(0x58)),
                bits64 ? Short.toUnsignedInt(sb.getShort(0xfe)) : 32,
                sb.getInt(0x5c),
                incompatible,
                readOnly,
                Integer.toUnsignedLong(sb.getInt(0x104)),
                Short.toUnsignedInt(sb.getShort(0xce)),
                Integer.toUnsignedLong(sb.getInt(0x24c)),
                Integer.toUnsignedLong(sb.getInt(0x250)),
                seed(sb, incompatible));
        made.check(structures);
        return made;
    }

    private static int seed(ByteBuffer sb, int incompatible) {
        if ((incompatible & CHECKSUM_SEED) != 0) {
            return sb.getInt(0x270);
        }
        return ExtChecksum.update(~0, sb.slice(0x68, 16));
    }

    private static void checkFeatures(Structures structures, int incompatible, int readOnly) throws BackupException {
        if ((incompatible & JOURNAL_DEVICE) != 0) {
            throw structures.unsupported("nothing but the journal of another");
        }
        if ((incompatible & ~INCOMPATIBLE_KNOWN) != 0 || (readOnly & ~READ_ONLY_KNOWN) != 0) {
            throw structures.unsupported("the features 0x" + Integer.toHexString(incompatible & ~INCOMPATIBLE_KNOWN)
                    + " and 0x" + Integer.toHexString(readOnly & ~READ_ONLY_KNOWN));
        }
    }

    private static void checkState(Structures structures, ByteBuffer sb, int incompatible) throws BackupException {
        if ((incompatible & NEEDS_RECOVERY) != 0) {
            throw structures.notClean("its journal has to be replayed");
        }
        int state = Short.toUnsignedInt(sb.getShort(0x3a));
        if ((state & STATE_ERRORS) != 0) {
            throw structures.damaged("the kernel has found errors in it");
        }
        if ((state & STATE_CLEAN) == 0) {
            throw structures.notClean("it has no journal and was not unmounted");
        }
    }

    private void check(Structures structures) throws BackupException {
        long most = structures.diskBytes() / blockBytes;
        structures.require(
                blocks > firstBlock && blocks <= most,
                "it says it has " + Long.toUnsignedString(blocks) + " blocks on a disk of " + most);
        structures.require(
                firstBlock <= 1 && (firstBlock == 0 || (blockBytes == 1024 && clusterBlocks == 1)),
                "it says its groups begin at block " + firstBlock);
        long groupClusters = (long) groupBlocks / clusterBlocks;
        structures.require(
                groupBlocks >= MIN_GROUP_BLOCKS && groupBlocks % clusterBlocks == 0 && groupClusters <= 8L * blockBytes,
                "it says its groups have " + Integer.toUnsignedString(groupBlocks) + " blocks");
        structures.require(
                groupInodes > 0 && groupInodes <= 8 * blockBytes,
                "it says its groups have " + Integer.toUnsignedString(groupInodes) + " inodes");
        structures.require(
                inodeBytes >= 128 && inodeBytes <= blockBytes && Integer.bitCount(inodeBytes) == 1,
                "it says its inodes have " + inodeBytes + " bytes");
        structures.require(
                descriptorBytes >= 32 && descriptorBytes <= 1024 && Integer.bitCount(descriptorBytes) == 1,
                "it says its group descriptors have " + descriptorBytes + " bytes");
    }

    public long groups() {
        return (blocks - firstBlock + groupBlocks - 1) / groupBlocks;
    }

    public long firstBlockOf(long group) {
        return firstBlock + group * groupBlocks;
    }

    /** Of the group's bitmap, bits. */
    public int clustersOf(long group) {
        long left = Math.min(groupBlocks, blocks - firstBlockOf(group));
        return (int) ((left + clusterBlocks - 1) / clusterBlocks);
    }

    public long inodeTableBlocks() {
        return ((long) groupInodes * inodeBytes + blockBytes - 1) / blockBytes;
    }

    public int descriptorsPerBlock() {
        return blockBytes / descriptorBytes;
    }

    public boolean metaGroups() {
        return (incompatible & META_BG) != 0;
    }

    public boolean metadataChecksums() {
        return (readOnlyCompatible & METADATA_CHECKSUMS) != 0;
    }

    /** Whether groups may say that their bitmap was never written. */
    public boolean uninitialisedGroups() {
        return (readOnlyCompatible & (GROUP_CHECKSUMS | METADATA_CHECKSUMS)) != 0;
    }

    /** Whether that group begins with a copy of the superblock. */
    public boolean hasSuperblock(long group) {
        if (group == 0) {
            return true;
        }
        if ((compatible & COMPATIBLE_SPARSE_SUPER2) != 0) {
            return group == backupGroup0 || group == backupGroup1;
        }
        if (group == 1 || (readOnlyCompatible & SPARSE_SUPER) == 0) {
            return true;
        }
        return isPowerOf(3, group) || isPowerOf(5, group) || isPowerOf(7, group);
    }

    private static boolean isPowerOf(long base, long number) {
        long power = base;
        while (power < number) {
            power *= base;
        }
        return power == number;
    }

    /** Where the descriptors of groups stand that fill that block of them. */
    public long descriptorBlock(long index) {
        if (!metaGroups() || index < firstMetaGroup) {
            return AT / blockBytes + 1 + index;
        }
        long group = index * descriptorsPerBlock();
        long behind = hasSuperblock(group) ? 1 : 0;
        // the superblock of 1 KiB blocks is in block 1 even where groups begin at block 0
        boolean inBlock1 = blockBytes == 1024 && index == 0 && firstBlock == 0;
        return firstBlockOf(group) + behind + (inBlock1 ? 1 : 0);
    }

    /** How many blocks at the beginning of the group superblock and descriptors take, with those reserved for growth. */
    public long headBlocks(long group) {
        long superblock = hasSuperblock(group) ? 1 : 0;
        long metaGroup = group / descriptorsPerBlock();
        if (metaGroups() && metaGroup >= firstMetaGroup) {
            long within = group % descriptorsPerBlock();
            boolean descriptors = within == 0 || within == 1 || within == descriptorsPerBlock() - 1;
            return superblock + (descriptors ? 1 : 0);
        }
        if (superblock == 0) {
            return 0;
        }
        long all = (groups() + descriptorsPerBlock() - 1) / descriptorsPerBlock();
        return 1 + (metaGroups() ? firstMetaGroup : all) + reservedTableBlocks;
    }
}
