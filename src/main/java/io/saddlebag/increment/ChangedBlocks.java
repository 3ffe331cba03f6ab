package io.saddlebag.increment;

import io.saddlebag.image.ImageException;
import io.saddlebag.image.ImageFault;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What stands before the blocks of an {@code INCREMENTAL.} file: which they are, and up to where older blocks count
 * (PostgreSQL, {@code basebackup_incremental.h}; R7). All numbers are little-endian: magic, number of blocks, truncation length in
 * blocks, the blocks' numbers in ascending order; padded to a block when there are any, then the blocks.
 */
public final class ChangedBlocks {
    /** What servers are built with unless somebody asks for something else. */
    public static final int BLOCK_BYTES = 8192;

    /** Of one file: servers begin another one after 1 GiB. */
    static final int MOST_BLOCKS = 131_072;

    static final int MAGIC = 0xd3ae1f0d;

    private static final int FIXED_BYTES = 3 * Integer.BYTES;

    private final int[] blocks;
    private final int truncationBlocks;

    private ChangedBlocks(int[] blocks, int truncationBlocks) {
        this.blocks = blocks;
        this.truncationBlocks = truncationBlocks;
    }

    /**
     * Reads what stands before the blocks, and checks that the blocks fit the file's length. At most 512 KiB are read.
     *
     * @param bytes length of the whole file
     * @param where names the file in messages
     * @throws ImageException {@link ImageFault#BAD_INCREMENT}
     */
    public static ChangedBlocks read(InputStream content, long bytes, String where) throws IOException {
        ByteBuffer fixed = read(content, FIXED_BYTES, bytes, where);
        int magic = fixed.getInt();
        if (magic != MAGIC) {
            throw bad(where, String.format("it begins with %08x, not with %08x", magic, MAGIC));
        }
        long count = Integer.toUnsignedLong(fixed.getInt());
        long truncation = Integer.toUnsignedLong(fixed.getInt());
        if (count > MOST_BLOCKS) {
            throw bad(where, "it has " + count + " blocks; a file has " + MOST_BLOCKS + " at most");
        }
        if (truncation > MOST_BLOCKS) {
            throw bad(
                    where,
                    "it keeps " + truncation + " blocks of the older file; a file has " + MOST_BLOCKS + " at most");
        }
        long whole = headerBytes((int) count) + count * BLOCK_BYTES;
        if (bytes != whole) {
            throw bad(where, "it has " + bytes + " bytes, and with " + count + " blocks should have " + whole);
        }
        return new ChangedBlocks(
                numbers(read(content, (int) count * Integer.BYTES, bytes, where), (int) count, where),
                (int) truncation);
    }

    private static int[] numbers(ByteBuffer from, int count, String where) throws ImageException {
        int[] numbers = new int[count];
        long last = -1;
        for (int i = 0; i < count; i++) {
            long number = Integer.toUnsignedLong(from.getInt());
            if (number >= MOST_BLOCKS) {
                throw bad(where, "it has block " + number + "; the last one of a file is " + (MOST_BLOCKS - 1));
            }
            if (number <= last) {
                throw bad(where, "it has block " + number + " behind block " + last);
            }
            last = number;
            numbers[i] = (int) number;
        }
        return numbers;
    }

    private static ByteBuffer read(InputStream content, int length, long bytes, String where) throws IOException {
        byte[] read = content.readNBytes(length);
        if (read.length < length) {
            throw new ImageException(
                    ImageFault.BAD_INCREMENT,
                    what(where, "it is cut off within what stands before its blocks, at less than " + bytes + " bytes"),
                    hint(),
                    new EOFException());
        }
        return ByteBuffer.wrap(read).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** That file can't be put on top of anything. */
    public static ImageException bad(String where, String why) {
        return new ImageException(ImageFault.BAD_INCREMENT, what(where, why), hint());
    }

    private static String what(String where, String why) {
        return where + " can't be put on top of older files: " + why;
    }

    private static String hint() {
        return "Restore the backup before it, or another copy; make a full backup before the next incremental one.";
    }

    private static long headerBytes(int count) {
        long bytes = FIXED_BYTES + (long) count * Integer.BYTES;
        return count == 0 ? bytes : (bytes + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
    }

    /** How many blocks it has. */
    public int count() {
        return blocks.length;
    }

    /**
     * The place of a block in the file that it belongs to, in blocks from its beginning; the blocks follow each other in ascending order.
     *
     * @param index from 0
     */
    public int block(int index) {
        return blocks[index];
    }

    /** Where the first block begins, bytes. */
    public long headerBytes() {
        return headerBytes(blocks.length);
    }

    /** Up to where the older file counts, bytes: behind it are zeros but for the blocks here. */
    public long truncationBytes() {
        return (long) truncationBlocks * BLOCK_BYTES;
    }

    /** How long the file is that comes of it, bytes. */
    public long lengthBytes() {
        long behindLast = blocks.length == 0 ? 0 : blocks[blocks.length - 1] + 1L;
        return Math.max(truncationBlocks, behindLast) * BLOCK_BYTES;
    }
}
