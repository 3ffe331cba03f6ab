package io.saddlebag.blockmap;

import io.saddlebag.filesystem.Structures;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Looks whether the log of an XFS file system has anything to be replayed that could change which blocks are free: it has not
 * after an unmount, whose record is then the last, and after a freeze, when the records to be replayed hold nothing but the
 * superblock. Anything else, and anything doubtful, is "not clean".
 *
 * <p>The log is a ring of blocks of 512 bytes, each beginning with the number of the round in which it was written, or with a
 * record's magic number and then the round.
 */
final class XfsLog {
    private static final int BLOCK = 512;
    private static final int MAGIC = 0xfeedbabe;
    private static final int OPERATION_BYTES = 12;
    private static final int FLAG_UNMOUNT = 0x20;
    private static final int WORDS_AT = 44;
    private static final int MORE_WORDS_AT = 4;

    /** Of a record's data that one header block has the first words for, bytes. */
    private static final int HEADER_COVERS = 32 << 10;

    private static final int WORDS_PER_HEADER = HEADER_COVERS / BLOCK;

    private static final int VERSION_2 = 2;

    /** The longest record: 256 KiB and its headers. */
    private static final int MAX_RECORD_BLOCKS = (256 << 10) / BLOCK + 8;

    private static final int MAX_HEADERS = 8;

    /** A freeze leaves two. */
    private static final int MAX_SETTLED_RECORDS = 8;

    private static final int TRANSACTION_MAGIC = 0x5452414e;
    private static final short ITEM_BUFFER = 0x123c;

    private final Structures structures;
    private final long begin;
    private final long blocks;

    private XfsLog(Structures structures, XfsSuperblock superblock) {
        this.structures = structures;
        this.begin = superblock.logBlock() * superblock.blockBytes();
        this.blocks = (long) superblock.logBlocks() * superblock.blockBytes() / BLOCK;
    }

    static void requireSettled(Structures structures, XfsSuperblock superblock) throws IOException {
        new XfsLog(structures, superblock).requireSettled();
    }

    private void requireSettled() throws IOException {
        long head = head();
        for (long length = 1; length <= Math.min(MAX_RECORD_BLOCKS, blocks); length++) {
            long at = (head - length + blocks) % blocks;
            ByteBuffer last = block(at);
            if (last.getInt(0) == MAGIC) {
                boolean settled = lengthOf(last) == length && (isUnmount(last, at) || replaysNothing(last, head));
                if (!settled) {
                    throw structures.notClean("its log has to be replayed");
                }
                return;
            }
        }
        throw structures.notClean("its log has no last record");
    }

    /** The block behind the last that was written. */
    private long head() throws IOException {
        int first = cycle(0);
        int last = cycle(blocks - 1);
        if (first == last) {
            return blocks;
        }
        // blocks of the first round, then of the one before, or never written
        long in = 0;
        long behind = blocks - 1;
        while (behind - in > 1) {
            long middle = (in + behind) >>> 1;
            if (cycle(middle) == first) {
                in = middle;
            } else {
                behind = middle;
            }
        }
        return behind;
    }

    private int cycle(long at) throws IOException {
        ByteBuffer block = block(at);
        return block.getInt(0) == MAGIC ? block.getInt(4) : block.getInt(0);
    }

    private ByteBuffer block(long at) throws IOException {
        return structures.read("its log", begin + at % blocks * BLOCK, BLOCK);
    }

    /** In blocks, with its headers; 0 for what can't be a record. */
    private static long lengthOf(ByteBuffer record) {
        int dataBytes = record.getInt(12);
        int headers = headersOf(record);
        boolean sound = dataBytes > 0 && dataBytes <= MAX_RECORD_BLOCKS * BLOCK && headers <= MAX_HEADERS;
        return sound ? headers + (dataBytes + BLOCK - 1L) / BLOCK : 0;
    }

    private static int headersOf(ByteBuffer record) {
        boolean several = (record.getInt(8) & VERSION_2) != 0;
        return several ? (int) Math.max(1, (record.getInt(320) + HEADER_COVERS - 1L) / HEADER_COVERS) : 1;
    }

    private boolean isUnmount(ByteBuffer record, long at) throws IOException {
        ByteBuffer data = data(record, at);
        return record.getInt(40) == 1 && data.limit() >= OPERATION_BYTES && (data.get(9) & FLAG_UNMOUNT) != 0;
    }

    /** From the oldest record that is to be replayed to the last one. */
    private boolean replaysNothing(ByteBuffer last, long head) throws IOException {
        long at = last.getInt(28) % blocks;
        for (int records = 0; records < MAX_SETTLED_RECORDS && at >= 0; records++) {
            ByteBuffer record = block(at);
            long length = record.getInt(0) == MAGIC ? lengthOf(record) : 0;
            if (length == 0 || !holdsOnlyTheSuperblock(data(record, at), record.getInt(40))) {
                return false;
            }
            at = (at + length) % blocks;
            if (at == head % blocks) {
                return true;
            }
        }
        return false;
    }

    /** With the words put back that the round numbers stand in place of. */
    private ByteBuffer data(ByteBuffer record, long at) throws IOException {
        int dataBytes = record.getInt(12);
        int count = (dataBytes + BLOCK - 1) / BLOCK;
        int headers = headersOf(record);
        ByteBuffer data = ByteBuffer.allocate(count * BLOCK);
        ByteBuffer header = record;
        int wordsAt = WORDS_AT;
        for (int i = 0; i < count; i++) {
            int inHeader = i % WORDS_PER_HEADER;
            if (i > 0 && inHeader == 0 && i / WORDS_PER_HEADER < headers) {
                header = block(at + i / WORDS_PER_HEADER);
                wordsAt = MORE_WORDS_AT;
            }
            data.put(i * BLOCK, block(at + headers + i), 0, BLOCK);
            data.putInt(i * BLOCK, header.getInt(wordsAt + inHeader * Integer.BYTES));
        }
        return data.limit(dataBytes);
    }

    /** Every piece of the record is a transaction's head or end, or of the buffer with block 0. */
    private static boolean holdsOnlyTheSuperblock(ByteBuffer data, int operations) {
        int at = 0;
        int regions = 0;
        for (int i = 0; i < operations; i++) {
            if (at > data.limit() - OPERATION_BYTES) {
                return false;
            }
            int length = data.getInt(at + 4);
            at += OPERATION_BYTES;
            if (length < 0 || length > data.limit() - at) {
                return false;
            }
            if (regions > 0) {
                // the content of what the last buffer item announced
                regions--;
            } else if (length >= 24 && isSuperblockBuffer(data, at)) {
                regions = Short.toUnsignedInt(reversed(data, at + 2)) - 1;
            } else if (length != 0 && !isTransactionHead(data, at, length)) {
                return false;
            }
            at += length;
        }
        return regions <= 0;
    }

    private static boolean isTransactionHead(ByteBuffer data, int at, int length) {
        return length == 16
                && (data.getInt(at) == TRANSACTION_MAGIC || Integer.reverseBytes(data.getInt(at)) == TRANSACTION_MAGIC);
    }

    /** Items are in the byte order of the machine that wrote them, little-endian here. */
    private static boolean isSuperblockBuffer(ByteBuffer data, int at) {
        return reversed(data, at) == ITEM_BUFFER && reversed(data, at + 6) == 1 && data.getLong(at + 8) == 0;
    }

    private static short reversed(ByteBuffer data, int at) {
        return Short.reverseBytes(data.getShort(at));
    }
}
