package io.saddlebag.ext;

import io.saddlebag.filesystem.Structures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;

/**
 * One inode, compared with its checksum where it has one.
 *
 * @param mode type and permissions, as stat(2) has them
 * @param raw all of it, little-endian
 */
record ExtInode(long number, int mode, int flags, long size, int links, ByteBuffer raw) {
    static final int EXTENTS = 0x8_0000;
    static final int INLINE_DATA = 0x1000_0000;
    static final int ENCRYPTED = 0x800;

    static final int BLOCKS_AT = 40;
    static final int BLOCKS_BYTES = 60;
    static final int ORIGINAL_BYTES = 128;

    private static final int CHECKSUM_LOW_AT = 0x7c;
    private static final int CHECKSUM_HIGH_AT = 0x82;
    private static final int GENERATION_AT = 100;

    private static final int S_IFMT = 0170000;
    private static final int PERMISSIONS = 07777;

    static ExtInode read(Structures structures, ExtSuperblock superblock, ExtDescriptors descriptors, long number)
            throws IOException {
        long most = superblock.groups() * superblock.groupInodes();
        structures.require(number > 0 && number <= most, "it has an entry for inode " + number + " of " + most);
        long group = (number - 1) / superblock.groupInodes();
        long index = (number - 1) % superblock.groupInodes();
        long table = descriptors.block(descriptors.of(group), 8);
        structures.require(
                table > 0 && table <= superblock.blocks() - superblock.inodeTableBlocks(),
                "group " + group + " has its inodes at block " + table);
        ByteBuffer raw = structures.read(
                "inode " + number,
                table * superblock.blockBytes() + index * superblock.inodeBytes(),
                superblock.inodeBytes());
        int mode = Short.toUnsignedInt(raw.getShort(0));
        boolean hasLongSize = (mode & S_IFMT) == 0100000 || (mode & S_IFMT) == 0040000;
        long size = Integer.toUnsignedLong(raw.getInt(4))
                | (hasLongSize ? Integer.toUnsignedLong(raw.getInt(108)) << 32 : 0);
        ExtInode inode = new ExtInode(number, mode, raw.getInt(32), size, Short.toUnsignedInt(raw.getShort(26)), raw);
        if (superblock.metadataChecksums()) {
            inode.requireChecksum(structures, superblock);
        }
        structures.require(size >= 0, "inode " + number + " says it has " + Long.toUnsignedString(size) + " bytes");
        return inode;
    }

    private void requireChecksum(Structures structures, ExtSuperblock superblock) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(raw.limit())
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(0, raw, 0, raw.limit())
                .putShort(CHECKSUM_LOW_AT, (short) 0);
        boolean wide = extraBytes() >= CHECKSUM_HIGH_AT + Short.BYTES - ORIGINAL_BYTES;
        int stored = Short.toUnsignedInt(raw.getShort(CHECKSUM_LOW_AT));
        if (wide) {
            stored |= Short.toUnsignedInt(raw.getShort(CHECKSUM_HIGH_AT)) << 16;
            bytes.putShort(CHECKSUM_HIGH_AT, (short) 0);
        }
        ByteBuffer seed = ByteBuffer.allocate(2 * Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0, (int) number)
                .putInt(Integer.BYTES, raw.getInt(GENERATION_AT));
        int sum = ExtChecksum.update(ExtChecksum.update(superblock.checksumSeed(), seed), bytes);
        structures.require(stored == (wide ? sum : sum & 0xffff), "inode " + number + " doesn't match its checksum");
    }

    /** How much of what lies behind the original inode is in use, bytes; 0 where there is none. */
    int extraBytes() {
        if (raw.limit() <= ORIGINAL_BYTES) {
            return 0;
        }
        int extra = Short.toUnsignedInt(raw.getShort(ORIGINAL_BYTES));
        return extra > raw.limit() - ORIGINAL_BYTES ? 0 : extra;
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    int permissions() {
        return mode & PERMISSIONS;
    }

    /** The letter that find(1) has for the type; a question mark for none. */
    char letter() {
        return switch (mode & S_IFMT) {
            case 0100000 -> 'f';
            case 0040000 -> 'd';
            case 0120000 -> 'l';
            case 0010000 -> 'p';
            case 0020000 -> 'c';
            case 0060000 -> 'b';
            case 0140000 -> 's';
            default -> '?';
        };
    }

    long uid() {
        return Short.toUnsignedLong(raw.getShort(2)) | Short.toUnsignedLong(raw.getShort(120)) << 16;
    }

    long gid() {
        return Short.toUnsignedLong(raw.getShort(24)) | Short.toUnsignedLong(raw.getShort(122)) << 16;
    }

    Instant modified() {
        return time(16, 136);
    }

    Instant accessed() {
        return time(8, 140);
    }

    /** The extra field has the seconds' upper two bits, and the nanoseconds above them. */
    private Instant time(int at, int extraAt) {
        long seconds = raw.getInt(at);
        if (extraAt + Integer.BYTES > ORIGINAL_BYTES + extraBytes()) {
            return Instant.ofEpochSecond(seconds);
        }
        int extra = raw.getInt(extraAt);
        return Instant.ofEpochSecond(seconds + ((long) (extra & 3) << 32), extra >>> 2);
    }

    /** Of the block with further extended attributes; 0 for none. */
    long attributeBlock() {
        return Integer.toUnsignedLong(raw.getInt(104)) | Short.toUnsignedLong(raw.getShort(118)) << 32;
    }

    /** Of a device: the old form in the first word, else the new one in the second. */
    long major() {
        int old = raw.getInt(BLOCKS_AT);
        int wide = raw.getInt(BLOCKS_AT + Integer.BYTES);
        return old != 0 ? old >>> 8 & 0xff : wide >>> 8 & 0xfff;
    }

    long minor() {
        int old = raw.getInt(BLOCKS_AT);
        int wide = raw.getInt(BLOCKS_AT + Integer.BYTES);
        return old != 0 ? old & 0xff : (wide & 0xff) | (wide >>> 12 & 0xfff00);
    }
}
