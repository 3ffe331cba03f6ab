package io.saddlebag.journal.sqlite;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Optional;

/**
 * What a write-ahead log begins with, 32 bytes big-endian: magic, version, page size, number of the checkpoint, two salts, two
 * checksums (SQLite's file format, 4.1). A log that is begun anew has other salts.
 *
 * @param checkpoint counts how often the connection that began it had done so
 * @param bigEndian how words are read for checksums
 */
record WalHeader(int checkpoint, int salt1, int salt2, int pageBytes, boolean bigEndian, int sum1, int sum2) {
    static final int BYTES = 32;
    static final int FRAME_HEADER_BYTES = 24;

    private static final int MAGIC = 0x377f0682;
    private static final int VERSION = 3_007_000;
    private static final int SUMMED_BYTES = 24;
    private static final int SMALLEST_PAGE = 512;
    private static final int LARGEST_PAGE = 65_536;

    /** Empty for what SQLite itself wouldn't take for the header of a log. */
    static Optional<WalHeader> parse(byte[] bytes) {
        ByteBuffer all = ByteBuffer.wrap(bytes);
        int magic = all.getInt();
        int version = all.getInt();
        int page = all.getInt();
        boolean bigEndian = (magic & 1) == 1;
        if ((magic & ~1) != MAGIC
                || version != VERSION
                || page < SMALLEST_PAGE
                || page > LARGEST_PAGE
                || Integer.bitCount(page) != 1) {
            return Optional.empty();
        }
        WalSums sums = new WalSums(bigEndian, 0, 0);
        sums.add(bytes, 0, SUMMED_BYTES);
        WalHeader header =
                new WalHeader(all.getInt(), all.getInt(), all.getInt(), page, bigEndian, all.getInt(), all.getInt());
        return sums.are(header.sum1, header.sum2) ? Optional.of(header) : Optional.empty();
    }

    int frameBytes() {
        return FRAME_HEADER_BYTES + pageBytes;
    }

    /** Tells this log from those before and after it in the same file. */
    String name() {
        return String.format(Locale.ROOT, "wal-%08x-%08x-%08x", checkpoint, salt1, salt2);
    }

    /** Whether it was begun by the connections that had written the log of that name, right after that. */
    boolean follows(String before) {
        return before.equals(
                String.format(Locale.ROOT, "wal-%08x-%08x-%s", checkpoint - 1, salt1 - 1, lastEight(before)));
    }

    private static String lastEight(String name) {
        return name.substring(Math.max(0, name.length() - 8));
    }

    WalSums sums() {
        return new WalSums(bigEndian, sum1, sum2);
    }
}
