package io.saddlebag.database.mariadb;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The transactions of a binary log: groups of events that begin with the one that names their transaction (GTID). Events have a header of 19
 * bytes: time, kind, server, length, position of the end, flags, little-endian.
 */
final class BinlogGroups {
    /** Everything before the first group is a few hundred bytes; nothing longer than that has to be in memory. */
    private static final int MOST_BYTES_OF_AN_EVENT = 1 << 16;

    private static final int MAGIC_BYTES = 4;
    private static final int HEADER_BYTES = 19;
    private static final int KIND_AT = 4;
    private static final int SERVER_AT = 5;
    private static final int LENGTH_AT = 9;
    private static final int BYTE = 0xff;

    private static final int QUERY = 2;
    private static final int STOP = 3;
    private static final int ROTATE = 4;
    private static final int XID = 16;
    private static final int XA_PREPARE = 38;
    private static final int GTID = 162;
    private static final int START_ENCRYPTION = 164;
    /** They stand between groups. */
    private static final Set<Integer> BETWEEN = Set.of(STOP, ROTATE, 15, 161, 163);

    private static final int FLAG_STANDALONE = 1;
    private static final int SEQUENCE_BYTES = 8;
    private static final int DOMAIN_BYTES = 4;

    private BinlogGroups() {}

    /**
     * One transaction.
     *
     * @param begin its first byte in the file
     * @param end behind its last one
     * @param committed the second in which its last statement began
     */
    record Group(long begin, long end, Instant committed, long domain, long server, long sequence) {}

    /**
     * What a file comes to.
     *
     * @param end behind the last group that was wanted, or that is whole; where the reading began when there is none
     * @param groups how many were wanted
     * @param stopped the first group that wasn't wanted; null when all were
     * @param torn whether something that isn't whole follows
     * @param last the time of the last event; the epoch when there is none
     * @param encrypted then nothing of it was read
     */
    record Scan(long end, long groups, @Nullable Group stopped, boolean torn, Instant last, boolean encrypted) {}

    /**
     * @param from groups that begin before it are passed over
     * @param wanted asked for each group in order, until it says no
     */
    static Scan scan(Path file, long from, Predicate<Group> wanted) throws IOException {
        try (InputStream stream = new BufferedInputStream(Files.newInputStream(file), MOST_BYTES_OF_AN_EVENT);
                DataInputStream in = new DataInputStream(stream)) {
            return new Reading(in, Files.size(file), from, wanted).run();
        }
    }

    private static final class Reading {
        private final DataInputStream in;
        private final long size;
        private final long from;
        private final Predicate<Group> wanted;
        private long at = MAGIC_BYTES;
        private long end;
        private long groups;
        private Instant last = Instant.EPOCH;
        private @Nullable Group open;
        private boolean standalone;
        private boolean whole;

        Reading(DataInputStream in, long size, long from, Predicate<Group> wanted) {
            this.in = in;
            this.size = size;
            this.from = from;
            this.wanted = wanted;
            this.end = Math.max(from, MAGIC_BYTES);
        }

        Scan run() throws IOException {
            in.skipNBytes(MAGIC_BYTES);
            byte[] header = new byte[HEADER_BYTES];
            while (at + HEADER_BYTES <= size) {
                in.readFully(header);
                ByteBuffer fields = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
                long length = Integer.toUnsignedLong(fields.getInt(LENGTH_AT));
                int kind = fields.get(KIND_AT) & BYTE;
                if (length < HEADER_BYTES || at + length > size) {
                    return ended(true);
                }
                if (kind == START_ENCRYPTION) {
                    return new Scan(from, groups, null, false, last, true);
                }
                if ((kind == GTID || BETWEEN.contains(kind)) && !closed()) {
                    return new Scan(end, groups, open, false, last, false);
                }
                take(fields, kind, length);
            }
            return ended(at < size);
        }

        private void take(ByteBuffer fields, int kind, long length) throws IOException {
            Instant time = Instant.ofEpochSecond(Integer.toUnsignedLong(fields.getInt(0)));
            int kept = (int) Math.min(length - HEADER_BYTES, MOST_BYTES_OF_AN_EVENT);
            byte[] body = in.readNBytes(kept);
            if (body.length < kept) {
                throw new EOFException("a binary log ends within an event");
            }
            in.skipNBytes(length - HEADER_BYTES - kept);
            if (time.isAfter(last)) {
                last = time;
            }
            Group group = open;
            if (kind == GTID) {
                ByteBuffer gtid = ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN);
                open = new Group(
                        at,
                        at + length,
                        time,
                        Integer.toUnsignedLong(gtid.getInt(SEQUENCE_BYTES)),
                        Integer.toUnsignedLong(fields.getInt(SERVER_AT)),
                        gtid.getLong(0));
                standalone = (gtid.get(SEQUENCE_BYTES + DOMAIN_BYTES) & FLAG_STANDALONE) != 0;
                whole = false;
            } else if (group != null) {
                open = new Group(group.begin(), at + length, time, group.domain(), group.server(), group.sequence());
                whole = kind == XID || kind == XA_PREPARE || (kind == QUERY && (standalone || isEnd(body)));
            }
            at += length;
        }

        /** The statement ends the event, but for a checksum: four bytes of which nobody makes a word. */
        private static boolean isEnd(byte[] body) {
            String tail = new String(
                    body, Math.max(0, body.length - 16), Math.min(16, body.length), StandardCharsets.ISO_8859_1);
            return tail.contains("COMMIT") || tail.contains("ROLLBACK");
        }

        /** @return false when the group that is open wasn't wanted */
        private boolean closed() {
            Group group = open;
            if (group != null && group.begin() >= from) {
                if (!wanted.test(group)) {
                    return false;
                }
                end = group.end();
                groups++;
            }
            open = null;
            return true;
        }

        /** What was begun and has no end was never committed. */
        private Scan ended(boolean torn) {
            boolean unfinished = open != null && !whole;
            if (!unfinished && !closed()) {
                return new Scan(end, groups, open, false, last, false);
            }
            return new Scan(end, groups, null, torn || unfinished, last, false);
        }
    }
}
