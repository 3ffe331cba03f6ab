package io.saddlebag.database.mariadb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * How the last server left InnoDB's files, by the redo log itself: after a clean shutdown nothing follows the record of the
 * last checkpoint. The format is that of MariaDB 10.8 and newer, unencrypted ({@code log0log.h}): a file that is written round
 * and round, each mini-transaction ended by a bit that flips with each round and by a checksum.
 */
final class RedoLog {
    static final String FILE_NAME = "ib_logfile0";

    /** The first four bytes, {@code Phys}. */
    private static final int FORMAT_10_8 = 0x50687973;

    private static final int HEADER_BYTES = 12_288;
    private static final int[] CHECKPOINTS_AT = {4096, 8192};
    private static final int CHECKPOINT_BYTES = 64;
    private static final int CHECKPOINT_CHECKSUM_AT = 60;
    private static final int START_LSN_AT = 8;
    /** The server writes no larger mini-transaction. */
    private static final int LONGEST_BYTES = 1 << 20;
    /** Type and length, two zeros, and the position of the checkpoint. */
    private static final int CHECKPOINT_RECORD_BYTES = 11;

    private static final byte CHECKPOINT_RECORD = (byte) 0xFA;
    /** Behind the records of a mini-transaction: the bit as a byte, and the checksum. */
    private static final int TRAILER_BYTES = 5;

    private final SeekableByteChannel file;
    private final long startLsn;
    private final long capacity;

    private RedoLog(SeekableByteChannel file, long startLsn, long capacity) {
        this.file = file;
        this.startLsn = startLsn;
        this.capacity = capacity;
    }

    /** How the files were left. */
    enum End {
        CLEAN,
        /** The files need recovery before they are consistent. */
        NEEDS_RECOVERY,
        /** Another format, or not readable. */
        CANNOT_TELL
    }

    static End of(Path folder) {
        try (SeekableByteChannel file = Files.newByteChannel(folder.resolve(FILE_NAME))) {
            ByteBuffer head = ByteBuffer.wrap(read(file, 0, CHECKPOINT_BYTES));
            if (file.size() <= HEADER_BYTES || head.getInt(0) != FORMAT_10_8) {
                return End.CANNOT_TELL;
            }
            return new RedoLog(file, head.getLong(START_LSN_AT), file.size() - HEADER_BYTES).end();
        } catch (IOException unreadable) {
            return End.CANNOT_TELL;
        }
    }

    private End end() throws IOException {
        long checkpoint = -1;
        long end = -1;
        for (int at : CHECKPOINTS_AT) {
            byte[] bytes = read(file, at, CHECKPOINT_BYTES);
            ByteBuffer block = ByteBuffer.wrap(bytes);
            if (checksum(bytes, CHECKPOINT_CHECKSUM_AT) == block.getInt(CHECKPOINT_CHECKSUM_AT)
                    && block.getLong(0) > checkpoint) {
                checkpoint = block.getLong(0);
                end = block.getLong(Long.BYTES);
            }
        }
        if (checkpoint < startLsn || end < checkpoint) {
            return End.CANNOT_TELL;
        }
        int length = miniTransaction(end);
        if (end != checkpoint || length != CHECKPOINT_RECORD_BYTES + TRAILER_BYTES) {
            return End.NEEDS_RECOVERY;
        }
        ByteBuffer record = ByteBuffer.wrap(ring(end, CHECKPOINT_RECORD_BYTES));
        boolean closed =
                record.get(0) == CHECKPOINT_RECORD && record.getLong(CHECKPOINT_RECORD_BYTES - Long.BYTES) == end;
        return closed && miniTransaction(end + length) == 0 ? End.CLEAN : End.NEEDS_RECOVERY;
    }

    /** @return its length with the trailer; 0 when there is none of this round, or not a whole one */
    private int miniTransaction(long lsn) throws IOException {
        byte[] bytes = ring(lsn, (int) Math.min(capacity, LONGEST_BYTES));
        long at = 0;
        while (at < bytes.length && (bytes[(int) at] & 0xFF) > 1) {
            at = next(bytes, (int) at);
        }
        if (at == 0 || at + TRAILER_BYTES > bytes.length) {
            return 0;
        }
        int end = (int) at;
        int bit = (((lsn + end - startLsn) / capacity) & 1) == 0 ? 1 : 0;
        int sum = ByteBuffer.wrap(bytes).getInt(end + 1);
        return bytes[end] == bit && sum == checksum(bytes, end) ? end + TRAILER_BYTES : 0;
    }

    /** Where the next record begins: the low four bits are the length, or zero when a number says how much more it is. */
    private static long next(byte[] bytes, int at) {
        int length = bytes[at] & 0xF;
        if (length > 0) {
            return at + 1L + length;
        }
        if (at + 1 >= bytes.length) {
            return bytes.length;
        }
        int first = bytes[at + 1] & 0xFF;
        int more = first < 0x80 ? 0 : first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        if (at + 1 + more >= bytes.length) {
            return bytes.length;
        }
        long number = more == 4 ? 0 : first & (0x7F >> more);
        for (int i = 1; i <= more; i++) {
            number = (number << 8) | (bytes[at + 1 + i] & 0xFF);
        }
        long[] smallest = {0, 0x80, 0x4080, 0x204080, 0x10204080};
        // the number counts what is beyond fifteen bytes, itself included
        return at + 1L + number + smallest[more] + 15;
    }

    private byte[] ring(long lsn, int length) throws IOException {
        long at = (lsn - startLsn) % capacity;
        int first = (int) Math.min(length, capacity - at);
        byte[] bytes = Arrays.copyOf(read(file, HEADER_BYTES + at, first), length);
        if (first < length) {
            System.arraycopy(read(file, HEADER_BYTES, length - first), 0, bytes, first, length - first);
        }
        return bytes;
    }

    private static byte[] read(SeekableByteChannel file, long at, int length) throws IOException {
        byte[] bytes = new byte[length];
        ByteBuffer into = ByteBuffer.wrap(bytes);
        file.position(at);
        while (into.hasRemaining()) {
            if (file.read(into) < 0) {
                throw new IOException("the redo log ends at " + file.size());
            }
        }
        return bytes;
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C sum = new CRC32C();
        sum.update(bytes, 0, length);
        return (int) sum.getValue();
    }
}
