package io.saddlebag.ext;

import io.saddlebag.filesystem.Structures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the content of a file stands. Bounded, whatever the inode says: pieces go on where the one before ended, a tree has at
 * most five levels, and no file has more blocks than its file system.
 */
final class ExtExtents {
    /** Neighbouring blocks of a file that are neighbours on the disk. */
    record Extent(long fileBlock, long diskBlock, long blocks) {
        long fileEnd() {
            return fileBlock + blocks;
        }
    }

    /** Of a file; more is nothing that a person has. */
    private static final int MAX_EXTENTS = 1 << 20;

    private static final int EXTENT_MAGIC = 0xf30a;
    private static final int ENTRY_BYTES = 12;
    private static final int MAX_DEPTH = 5;
    private static final int MAX_EXTENT_BLOCKS = 32_768;
    private static final int DIRECT_BLOCKS = 12;
    private static final int INDIRECT_LEVELS = 3;

    private final Structures structures;
    private final ExtSuperblock superblock;
    private final ExtInode inode;
    private final List<Extent> extents = new ArrayList<>();
    private long visited;
    private long end;

    private ExtExtents(Structures structures, ExtSuperblock superblock, ExtInode inode) {
        this.structures = structures;
        this.superblock = superblock;
        this.inode = inode;
    }

    /** In the file's order; what is between reads as zeros, as do extents that were only set aside. */
    static List<Extent> of(Structures structures, ExtSuperblock superblock, ExtInode inode) throws IOException {
        ExtExtents found = new ExtExtents(structures, superblock, inode);
        ByteBuffer root =
                inode.raw().slice(ExtInode.BLOCKS_AT, ExtInode.BLOCKS_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        if (inode.has(ExtInode.EXTENTS)) {
            int depth = Short.toUnsignedInt(root.getShort(6));
            found.require(depth <= MAX_DEPTH, "has extents in " + depth + " levels");
            found.tree(root, depth);
        } else {
            found.pointers(root);
        }
        return found.extents;
    }

    private void tree(ByteBuffer node, int depth) throws IOException {
        int entries = Short.toUnsignedInt(node.getShort(2));
        require(
                Short.toUnsignedInt(node.getShort(0)) == EXTENT_MAGIC
                        && node.getShort(6) == depth
                        && entries < node.limit() / ENTRY_BYTES,
                "has extents that can't be read");
        for (int i = 1; i <= entries; i++) {
            int at = i * ENTRY_BYTES;
            long fileBlock = Integer.toUnsignedLong(node.getInt(at));
            if (depth == 0) {
                int length = Short.toUnsignedInt(node.getShort(at + 4));
                long diskBlock =
                        Integer.toUnsignedLong(node.getInt(at + 8)) | Short.toUnsignedLong(node.getShort(at + 6)) << 32;
                addExtent(fileBlock, diskBlock, length);
            } else {
                long child =
                        Integer.toUnsignedLong(node.getInt(at + 4)) | Short.toUnsignedLong(node.getShort(at + 8)) << 32;
                require(fileBlock >= end, "has extents out of order");
                long before = end;
                tree(block(child), depth - 1);
                require(end > before, "has an empty block of extents");
            }
        }
    }

    private void addExtent(long fileBlock, long diskBlock, int length) throws IOException {
        boolean written = length <= MAX_EXTENT_BLOCKS;
        int blocks = written ? length : length - MAX_EXTENT_BLOCKS;
        require(blocks > 0 && fileBlock >= end, "has extents out of order");
        end = fileBlock + blocks;
        if (written) {
            add(fileBlock, diskBlock, blocks);
        }
    }

    private void add(long fileBlock, long diskBlock, long blocks) throws IOException {
        visited += blocks;
        require(
                diskBlock > 0
                        && diskBlock <= superblock.blocks() - blocks
                        && visited <= superblock.blocks()
                        && extents.size() < MAX_EXTENTS,
                "has " + blocks + " blocks at block " + diskBlock);
        Extent last = extents.isEmpty() ? null : extents.get(extents.size() - 1);
        if (last != null && last.fileEnd() == fileBlock && last.diskBlock() + last.blocks() == diskBlock) {
            extents.set(extents.size() - 1, new Extent(last.fileBlock(), last.diskBlock(), last.blocks() + blocks));
        } else {
            extents.add(new Extent(fileBlock, diskBlock, blocks));
        }
    }

    private ByteBuffer block(long number) throws IOException {
        visited++;
        require(
                number > 0 && number < superblock.blocks() && visited <= superblock.blocks(),
                "has a table at block " + number);
        return structures.read("block " + number, number * superblock.blockBytes(), superblock.blockBytes());
    }

    private void pointers(ByteBuffer root) throws IOException {
        long size = (inode.size() + superblock.blockBytes() - 1) / superblock.blockBytes();
        for (int i = 0; i < DIRECT_BLOCKS && end < size; i++) {
            pointer(Integer.toUnsignedLong(root.getInt(i * Integer.BYTES)), 0, size);
        }
        for (int level = 1; level <= INDIRECT_LEVELS && end < size; level++) {
            pointer(Integer.toUnsignedLong(root.getInt((DIRECT_BLOCKS + level - 1) * Integer.BYTES)), level, size);
        }
    }

    /** A block of content, or a table of pointers of the level below. */
    private void pointer(long block, int level, long size) throws IOException {
        int perTable = superblock.blockBytes() / Integer.BYTES;
        if (block == 0) {
            long span = 1;
            for (int i = 0; i < level; i++) {
                span *= perTable;
            }
            end += span;
        } else if (level == 0) {
            add(end, block, 1);
            end++;
        } else {
            ByteBuffer table = block(block);
            for (int i = 0; i < perTable && end < size; i++) {
                pointer(Integer.toUnsignedLong(table.getInt(i * Integer.BYTES)), level - 1, size);
            }
        }
    }

    private void require(boolean condition, String fault) throws IOException {
        structures.require(condition, "inode " + inode.number() + " " + fault);
    }
}
