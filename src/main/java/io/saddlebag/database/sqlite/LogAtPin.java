package io.saddlebag.database.sqlite;

import io.saddlebag.database.BackedUpJournals;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which write-ahead log lies beside a file that has just been pinned: journals go on from there (SQLite's file format, 4.1). No lock of SQLite
 * is on that file, so that reading it takes none away.
 */
final class LogAtPin {
    private static final int HEADER_BYTES = 32;
    private static final int FRAME_HEADER_BYTES = 24;
    private static final int PAGE_AT = 8;
    private static final int CHECKPOINT_AT = 12;
    private static final int SALT_1_AT = 16;
    private static final int SALT_2_AT = 20;
    private static final int FRAME_SALT_1_AT = 8;
    private static final int FRAME_SALT_2_AT = 12;

    private LogAtPin() {}

    /**
     * Where the journals of a file go on that is pinned: as long as it is, no log can be begun behind the one that lies there.
     *
     * @param journals asked in between: one that is the log that lies there now was begun after the pin if there was none then
     */
    static Map<String, String> facts(Path main, BackedUpJournals journals) throws IOException {
        Map<String, String> pinned = facts(main);
        if (!SqliteReplay.EMPTY.equals(pinned.get(SqliteReplay.LOG))) {
            return pinned;
        }
        BackedUpJournals.Newest newest = journals.newest().orElse(null);
        String begunSince = facts(main).get(SqliteReplay.LOG);
        Map<String, String> all = new TreeMap<>(pinned);
        if (newest == null) {
            all.put(SqliteReplay.BEHIND, SqliteReplay.NOTHING);
        } else if (newest.sequence() == 0) {
            all.put(SqliteReplay.BEHIND, "1 0");
        } else {
            long end = newest.name().equals(begunSince) ? 0 : newest.end();
            all.put(SqliteReplay.BEHIND, newest.sequence() + " " + end + " " + newest.name());
        }
        return all;
    }

    /** At least what was committed by then, at most what was since. */
    static Map<String, String> facts(Path main) throws IOException {
        Path log = main.resolveSibling(main.getFileName() + "-wal");
        if (!Files.exists(log)) {
            return Map.of(SqliteReplay.LOG, SqliteReplay.EMPTY);
        }
        try (FileChannel channel = FileChannel.open(log, StandardOpenOption.READ)) {
            ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
            if (!read(channel, 0, header)) {
                return Map.of(SqliteReplay.LOG, SqliteReplay.EMPTY);
            }
            String name = String.format(
                    Locale.ROOT,
                    "wal-%08x-%08x-%08x",
                    header.getInt(CHECKPOINT_AT),
                    header.getInt(SALT_1_AT),
                    header.getInt(SALT_2_AT));
            return Map.of(SqliteReplay.LOG, name, SqliteReplay.LOG_BYTES, Long.toString(written(channel, header)));
        }
    }

    private static long written(FileChannel channel, ByteBuffer header) throws IOException {
        long frame = FRAME_HEADER_BYTES + Integer.toUnsignedLong(header.getInt(PAGE_AT));
        ByteBuffer each = ByteBuffer.allocate(FRAME_HEADER_BYTES);
        long at = HEADER_BYTES;
        while (at + frame <= channel.size()
                && read(channel, at, each)
                && each.getInt(FRAME_SALT_1_AT) == header.getInt(SALT_1_AT)
                && each.getInt(FRAME_SALT_2_AT) == header.getInt(SALT_2_AT)) {
            at += frame;
        }
        return at;
    }

    private static boolean read(FileChannel channel, long at, ByteBuffer into) throws IOException {
        into.clear();
        while (into.hasRemaining()) {
            if (channel.read(into, at + into.position()) < 0) {
                return false;
            }
        }
        return true;
    }
}
