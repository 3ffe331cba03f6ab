package io.saddlebag.ext;

import io.saddlebag.image.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The names in a folder, read from one end to the other: an index of hashes, where there is one, looks like empty entries then.
 */
final class ExtNames {
    /** A name and the inode that has it. */
    record Name(ByteString name, long inode) {}

    private static final int HEAD_BYTES = 8;

    /** In a folder that is in its inode, its parent stands where others have two entries. */
    private static final int INLINE_PARENT_BYTES = 4;

    private static final long MAX_FOLDER_BYTES = 4L << 30;

    private static final int MAX_NAMES = 20_000_000;

    private final ExtFile folder;
    private final List<Name> names = new ArrayList<>();

    private ExtNames(ExtFile folder) {
        this.folder = folder;
    }

    static List<Name> of(ExtFile folder) throws IOException {
        ExtNames read = new ExtNames(folder);
        read.require(folder.isFolder(), "is no folder");
        if (folder.isInline()) {
            read.readInline();
        } else {
            read.readBlocks();
        }
        return read.names;
    }

    private void readInline() throws IOException {
        ByteBuffer all = ByteBuffer.wrap(folder.inline()).order(ByteOrder.LITTLE_ENDIAN);
        require(all.limit() >= INLINE_PARENT_BYTES, "has no entries");
        int inInode = Math.min(all.limit(), ExtInode.BLOCKS_BYTES);
        entries(all.slice(INLINE_PARENT_BYTES, inInode - INLINE_PARENT_BYTES).order(ByteOrder.LITTLE_ENDIAN));
        entries(all.slice(inInode, all.limit() - inInode).order(ByteOrder.LITTLE_ENDIAN));
    }

    private void readBlocks() throws IOException {
        int blockBytes = folder.blockBytes();
        require(
                folder.size() % blockBytes == 0 && folder.size() <= MAX_FOLDER_BYTES,
                "has " + folder.size() + " bytes");
        for (long at = 0; at < folder.size(); at += blockBytes) {
            ByteBuffer block = ByteBuffer.allocate(blockBytes).order(ByteOrder.LITTLE_ENDIAN);
            folder.readFully(at, block, folder.size());
            entries(block.flip());
        }
    }

    private void entries(ByteBuffer block) throws IOException {
        int at = 0;
        while (at + HEAD_BYTES <= block.limit()) {
            long inode = Integer.toUnsignedLong(block.getInt(at));
            int length = length(block, at);
            int nameBytes = block.get(at + 6) & 0xff;
            require(
                    length >= HEAD_BYTES
                            && length % 4 == 0
                            && length <= block.limit() - at
                            && nameBytes <= length - HEAD_BYTES,
                    "has an entry of " + length + " bytes");
            if (inode != 0 && nameBytes > 0) {
                byte[] name = new byte[nameBytes];
                block.get(at + HEAD_BYTES, name);
                add(ByteString.copyOf(name), inode);
            }
            at += length;
        }
    }

    /** Blocks of 64 KiB are longer than the field can say. */
    private static int length(ByteBuffer block, int at) {
        int length = Short.toUnsignedInt(block.getShort(at + 4));
        boolean wholeBlock = block.limit() == 1 << 16 && (length == 0 || length == (1 << 16) - 1);
        return wholeBlock ? 1 << 16 : length;
    }

    private void add(ByteString name, long inode) throws IOException {
        String text = name.toString();
        if (text.equals(".") || text.equals("..")) {
            return;
        }
        require(!name.contains('/') && !name.contains('\0'), "has a name with a slash or NUL");
        require(names.size() < MAX_NAMES, "has more than " + MAX_NAMES + " names");
        names.add(new Name(name, inode));
    }

    private void require(boolean condition, String fault) throws IOException {
        folder.structures().require(condition, "the folder of inode " + folder.inode() + " " + fault);
    }
}
