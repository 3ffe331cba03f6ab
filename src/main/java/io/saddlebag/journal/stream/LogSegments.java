package io.saddlebag.journal.stream;

import io.saddlebag.journal.JournalId;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a log is cut into files: {@code 000000010000000A000000FE} is timeline 1, and the number in two parts, of which the lower has as
 * many values as segments fit into 4 GiB. Positions are bytes from the beginning of the log, unsigned.
 *
 * @param bytes of each; a power of two from 1 MiB to 1 GiB
 */
public record LogSegments(long bytes) {
    /** Behind the name of a segment that isn't whole. */
    public static final String PARTIAL = ".partial";

    private static final long SMALLEST = 1L << 20;
    private static final long LARGEST = 1L << 30;
    private static final long LOG_BYTES = 1L << 32;
    private static final int HEX = 16;
    private static final Pattern NAME = Pattern.compile("([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})");

    public LogSegments {
        if (bytes < SMALLEST || bytes > LARGEST || Long.bitCount(bytes) != 1) {
            throw new IllegalArgumentException(
                    "segments are a power of two from 1 MiB to 1 GiB, not " + bytes + " bytes");
        }
    }

    String name(JournalId id) {
        long perLog = LOG_BYTES / bytes;
        return String.format(
                Locale.ROOT, "%08X%08X%08X", id.incarnation(), id.sequence() / perLog, id.sequence() % perLog);
    }

    /** Which segment a file is; empty for what is none. */
    Optional<JournalId> parse(String name) {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long timeline = Long.parseLong(matcher.group(1), HEX);
        long low = Long.parseLong(matcher.group(3), HEX);
        long perLog = LOG_BYTES / bytes;
        return timeline < 1 || low >= perLog
                ? Optional.empty()
                : Optional.of(new JournalId(timeline, Long.parseLong(matcher.group(2), HEX) * perLog + low));
    }

    JournalId holding(long timeline, long position) {
        return new JournalId(timeline, position / bytes);
    }

    long begin(JournalId id) {
        return id.sequence() * bytes;
    }

    static String history(long timeline) {
        return String.format(Locale.ROOT, "%08X.history", timeline);
    }
}
