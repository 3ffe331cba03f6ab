package io.saddlebag.journal.mariadb;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * What a file of a binary log says of itself: four bytes of magic, then events, each with a header of 19 bytes (time, kind, server,
 * length, position of its end, flags, little-endian) and, with checksums, a CRC-32 at its end. The first one describes the
 * format, the second one names the transactions before it.
 */
final class BinlogFile {
    static final int MAGIC = 0x6e6962fe;
    static final int MAGIC_BYTES = 4;
    static final int HEADER_BYTES = 19;
    static final int CHECKSUM_BYTES = 4;

    static final int STOP = 3;
    static final int ROTATE = 4;
    static final int FORMAT_DESCRIPTION = 15;
    static final int BINLOG_CHECKPOINT = 161;
    static final int GTID_LIST = 163;
    static final int START_ENCRYPTION = 164;

    /** Set while the server writes it; a server that dies leaves it so. */
    static final int IN_USE = 1;

    private static final Set<Integer> OPENING =
            Set.of(FORMAT_DESCRIPTION, BINLOG_CHECKPOINT, GTID_LIST, START_ENCRYPTION);
    private static final int VERSION = 4;
    private static final int LARGEST_FORMAT = 1024;
    private static final int ROTATE_POSITION_BYTES = 8;
    /** A new log holds three or four; one whose events are still of these kinds after so many is not taken for empty. */
    private static final int MOST_OPENING = 64;

    private static final int KIND_AT = 4;
    private static final int LENGTH_AT = 9;
    private static final int END_AT = 13;
    private static final int FLAGS_AT = 17;
    private static final int BYTE = 0xff;
    private static final int SHORT = 0xffff;

    private final SeekableByteChannel channel;

    BinlogFile(SeekableByteChannel channel) {
        this.channel = channel;
    }

    /** How a file ends. */
    enum Ending {
        /** With the event that names the next one, or the server's stop. */
        CLOSED,
        /** Anywhere: the server died. */
        CRASHED,
        /** Not to be told, for its events are encrypted. */
        ENCRYPTED,
        /** Anywhere, although the server says that it ended it. */
        TORN
    }

    private record Event(long at, int kind, long length, long end, int flags) {
        static Event of(long at, ByteBuffer header) {
            return new Event(
                    at,
                    header.get(KIND_AT) & BYTE,
                    Integer.toUnsignedLong(header.getInt(LENGTH_AT)),
                    Integer.toUnsignedLong(header.getInt(END_AT)),
                    header.getShort(FLAGS_AT) & SHORT);
        }
    }

    private record Opening(boolean inUse, boolean checksums, boolean encrypted) {}

    /**
     * @param next the name of the one behind it
     * @throws NotALog when it doesn't begin as one
     */
    Ending ending(long bytes, String next) throws IOException {
        Opening opening = opening();
        if (opening.encrypted()) {
            return Ending.ENCRYPTED;
        }
        int sum = opening.checksums() ? CHECKSUM_BYTES : 0;
        int name = next.getBytes(StandardCharsets.UTF_8).length;
        if (endsWith(STOP, bytes, HEADER_BYTES + sum, sum)
                || endsWith(ROTATE, bytes, HEADER_BYTES + ROTATE_POSITION_BYTES + name + sum, sum)) {
            return Ending.CLOSED;
        }
        return opening.inUse() ? Ending.CRASHED : Ending.TORN;
    }

    /** Whether there is nothing in it but what each file begins with. */
    boolean isEmpty(long bytes) throws IOException {
        if (opening().encrypted()) {
            return false;
        }
        long at = MAGIC_BYTES;
        for (int seen = 0; seen < MOST_OPENING && at + HEADER_BYTES <= bytes; seen++) {
            Event event = event(at);
            if (!OPENING.contains(event.kind()) || event.length() < HEADER_BYTES) {
                return false;
            }
            at += event.length();
        }
        return at >= bytes;
    }

    private Opening opening() throws IOException {
        if (read(0, MAGIC_BYTES).getInt(0) != MAGIC) {
            throw new NotALog("doesn't begin as a binary log");
        }
        Event format = event(MAGIC_BYTES);
        if (format.kind() != FORMAT_DESCRIPTION
                || format.length() > LARGEST_FORMAT
                || format.length() < HEADER_BYTES + 2 + CHECKSUM_BYTES + 1) {
            throw new NotALog("begins with an event of kind " + format.kind() + ", and not with its format");
        }
        ByteBuffer body = read(MAGIC_BYTES, (int) format.length());
        int version = body.getShort(HEADER_BYTES) & SHORT;
        if (version != VERSION) {
            throw new NotALog("is of version " + version + ", and " + VERSION + " is known");
        }
        boolean checksums = body.get((int) format.length() - CHECKSUM_BYTES - 1) == 1;
        Event second = event(MAGIC_BYTES + format.length());
        if (second.kind() != GTID_LIST && second.kind() != START_ENCRYPTION) {
            throw new NotALog("has an event of kind " + second.kind()
                    + " where the transactions before it should be listed, so it is none of MariaDB's");
        }
        return new Opening((format.flags() & IN_USE) != 0, checksums, second.kind() == START_ENCRYPTION);
    }

    private boolean endsWith(int kind, long bytes, int length, int sum) throws IOException {
        long at = bytes - length;
        if (at < MAGIC_BYTES) {
            return false;
        }
        ByteBuffer all = read(at, length);
        Event event = Event.of(at, all);
        boolean fits =
                event.kind() == kind && event.length() == length && event.end() == Integer.toUnsignedLong((int) bytes);
        if (!fits || sum == 0) {
            return fits;
        }
        CRC32 crc = new CRC32();
        crc.update(all.slice(0, length - sum));
        return (int) crc.getValue() == all.getInt(length - sum);
    }

    private Event event(long at) throws IOException {
        return Event.of(at, read(at, HEADER_BYTES));
    }

    private ByteBuffer read(long at, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        channel.position(at);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new NotALog(
                        "ends at byte " + (at + buffer.position()) + ", in the middle of what it begins with");
            }
        }
        return buffer;
    }

    /** It isn't what it is called. */
    static final class NotALog extends EOFException {
        private static final long serialVersionUID = 1L;

        NotALog(String why) {
            super(why);
        }
    }
}
