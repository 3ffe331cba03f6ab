package io.saddlebag.ext;

import io.saddlebag.filesystem.Structures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Extended attributes of an inode, in itself, in a block of their own, and in inodes of their own. */
final class ExtAttributes {
    /** Under this name, what of an inline file doesn't fit among the block pointers. */
    static final String INLINE_DATA = "system.data";

    private static final int MAGIC = 0xea02_0000;
    private static final int BLOCK_HEAD_BYTES = 32;
    private static final int ENTRY_BYTES = 16;

    /** As Linux has it for values that lie in inodes of their own. */
    private static final int MAX_VALUE_BYTES = 64 << 10;

    private static final int MAX_ALL_BYTES = 512 << 10;

    private final Structures structures;
    private final ExtSuperblock superblock;
    private final ExtInode inode;
    private final Values values;
    private final Map<String, byte[]> found = new HashMap<>();
    private int bytes;

    /** Reads a value that is the content of another inode. */
    interface Values {
        byte[] content(long inode, int length) throws IOException;
    }

    private ExtAttributes(Structures structures, ExtSuperblock superblock, ExtInode inode, Values values) {
        this.structures = structures;
        this.superblock = superblock;
        this.inode = inode;
        this.values = values;
    }

    /** By their full names, access control lists in the form that Linux shows. */
    static Map<String, byte[]> of(Structures structures, ExtSuperblock superblock, ExtInode inode, Values values)
            throws IOException {
        ExtAttributes attributes = new ExtAttributes(structures, superblock, inode, values);
        attributes.inInode();
        attributes.inBlock();
        return attributes.found;
    }

    private void inInode() throws IOException {
        int at = ExtInode.ORIGINAL_BYTES + inode.extraBytes();
        if (inode.extraBytes() == 0
                || at + Integer.BYTES > inode.raw().limit()
                || inode.raw().getInt(at) != MAGIC) {
            return;
        }
        ByteBuffer area = inode.raw()
                .slice(at + Integer.BYTES, inode.raw().limit() - at - Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        entries(area, 0);
    }

    private void inBlock() throws IOException {
        long block = inode.attributeBlock();
        if (block == 0) {
            return;
        }
        require(block < superblock.blocks(), "has its attributes at block " + block);
        ByteBuffer area = structures.read("block " + block, block * superblock.blockBytes(), superblock.blockBytes());
        require(area.getInt(0) == MAGIC, "has no attributes at block " + block);
        entries(area, BLOCK_HEAD_BYTES);
    }

    private void entries(ByteBuffer area, int from) throws IOException {
        int at = from;
        while (at + Integer.BYTES <= area.limit() && area.getInt(at) != 0) {
            require(at + ENTRY_BYTES <= area.limit(), "has an attribute that is cut off");
            int nameBytes = area.get(at) & 0xff;
            require(nameBytes <= area.limit() - at - ENTRY_BYTES, "has an attribute that is cut off");
            byte[] name = new byte[nameBytes];
            area.get(at + ENTRY_BYTES, name);
            String fullName = nameOf(area.get(at + 1), new String(name, StandardCharsets.UTF_8));
            // a character of a name takes up to nine bytes in an image's record
            bytes += 9 * nameBytes;
            byte[] value = value(area, at);
            if (fullName != null) {
                require(fullName.indexOf('\0') < 0, "has an attribute with NUL in its name");
                found.put(fullName, fullName.startsWith("system.posix_acl_") ? acl(value) : value);
            }
            at += ENTRY_BYTES + (nameBytes + 3) / 4 * 4;
        }
    }

    private byte[] value(ByteBuffer area, int entry) throws IOException {
        int offset = Short.toUnsignedInt(area.getShort(entry + 2));
        long valueInode = Integer.toUnsignedLong(area.getInt(entry + 4));
        int length = area.getInt(entry + 8);
        require(length >= 0 && length <= MAX_VALUE_BYTES, "has an attribute of " + length + " bytes");
        bytes += length;
        require(bytes <= MAX_ALL_BYTES, "has more than " + MAX_ALL_BYTES + " bytes of attributes");
        if (valueInode != 0) {
            return values.content(valueInode, length);
        }
        require(length == 0 || offset <= area.limit() - length, "has an attribute that is cut off");
        byte[] value = new byte[length];
        if (length > 0) {
            area.get(offset, value);
        }
        return value;
    }

    private static @Nullable String nameOf(byte index, String name) {
        return switch (index) {
            case 1 -> "user." + name;
            case 2 -> "system.posix_acl_access";
            case 3 -> "system.posix_acl_default";
            case 4 -> "trusted." + name;
            case 6 -> "security." + name;
            case 7 -> "system." + name;
            default -> null;
        };
    }

    /** On the disk the entries of owner, group, mask and others are shorter, and the version is 1. */
    private byte[] acl(byte[] stored) throws IOException {
        ByteBuffer from = ByteBuffer.wrap(stored).order(ByteOrder.LITTLE_ENDIAN);
        require(stored.length >= Integer.BYTES && from.getInt() == 1, "has an access control list of another version");
        ByteBuffer to =
                ByteBuffer.allocate(Integer.BYTES + stored.length / 4 * 8).order(ByteOrder.LITTLE_ENDIAN);
        to.putInt(2);
        while (from.remaining() >= 4) {
            short tag = from.getShort();
            short permissions = from.getShort();
            boolean named = tag == 2 || tag == 8;
            require(!named || from.remaining() >= Integer.BYTES, "has an access control list that is cut off");
            to.putShort(tag).putShort(permissions).putInt(named ? from.getInt() : -1);
        }
        byte[] shown = new byte[to.position()];
        to.get(0, shown);
        return shown;
    }

    private void require(boolean condition, String fault) throws IOException {
        structures.require(condition, "inode " + inode.number() + " " + fault);
    }
}
