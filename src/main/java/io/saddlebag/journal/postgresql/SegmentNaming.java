package io.saddlebag.journal.postgresql;

import io.saddlebag.journal.JournalId;
import io.saddlebag.journal.JournalNaming;
import io.saddlebag.journal.JournalSource;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Segments of the write-ahead log, {@code 000000010000000A000000FE}: timeline, and the segment's number in two parts, of which the
 * lower one has as many values as segments fit into 4 GiB. The timeline is the incarnation.
 */
public final class SegmentNaming implements JournalNaming {
    public static final long DEFAULT_SEGMENT_BYTES = 16L << 20;

    private static final long SMALLEST = 1L << 20;
    private static final long LARGEST = 1L << 30;
    private static final long LOG_BYTES = 1L << 32;
    private static final int HEX = 16;
    private static final Pattern NAME = Pattern.compile("([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})");

    private final long segmentBytes;

    /** @throws IllegalArgumentException when the server can't have segments of that size */
    public SegmentNaming(long segmentBytes) {
        if (segmentBytes < SMALLEST || segmentBytes > LARGEST || Long.bitCount(segmentBytes) != 1) {
            throw new IllegalArgumentException(
                    "segments are a power of two from 1 MiB to 1 GiB, not " + segmentBytes + " bytes");
        }
        this.segmentBytes = segmentBytes;
    }

    @Override
    public Optional<JournalId> match(String name) {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long timeline = Long.parseLong(matcher.group(1), HEX);
        long low = Long.parseLong(matcher.group(3), HEX);
        long perLog = LOG_BYTES / segmentBytes;
        if (timeline < 1 || low >= perLog) {
            return Optional.empty();
        }
        return Optional.of(new JournalId(timeline, Long.parseLong(matcher.group(2), HEX) * perLog + low));
    }

    @Override
    public Optional<String> name(JournalId id) {
        long perLog = LOG_BYTES / segmentBytes;
        return Optional.of(String.format(
                Locale.ROOT, "%08X%08X%08X", id.incarnation(), id.sequence() / perLog, id.sequence() % perLog));
    }

    @Override
    public JournalSource.Extent extent(JournalId id) {
        return new JournalSource.Extent(id.sequence() * segmentBytes, (id.sequence() + 1) * segmentBytes);
    }
}
