package io.saddlebag.media;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One label record being filled; columns count from 1, both ends included. */
final class LabelWriter {
    static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT)
            .withZone(ZoneOffset.UTC);
    static final String NEVER = " 99366";

    private final byte[] columns = new byte[LabelRecords.LENGTH];

    LabelWriter(String name) {
        Arrays.fill(columns, (byte) ' ');
        put(1, 4, name);
    }

    LabelWriter put(int from, int to, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.US_ASCII);
        if (bytes.length > to - from + 1) {
            throw new IllegalArgumentException("'" + value + "' doesn't fit columns " + from + " to " + to);
        }
        System.arraycopy(bytes, 0, columns, from - 1, bytes.length);
        return this;
    }

    LabelWriter text(int from, int to, String value) {
        return put(from, to, LabelText.encode(value, to - from + 1));
    }

    LabelWriter number(int from, int to, long value) {
        String digits = Long.toString(value);
        return put(from, to, "0".repeat(Math.max(0, to - from + 1 - digits.length())) + digits);
    }

    /** Only as many of the last digits as fit. */
    LabelWriter lastDigits(int from, int to, long value) {
        return number(from, to, value % (long) Math.pow(10, to - from + 1.0));
    }

    LabelWriter time(int from, @Nullable Instant value) {
        return value == null ? this : put(from, from + 15, TIME.format(value));
    }

    /** {@code cYYDDD} as in ANSI X3.27. */
    LabelWriter date(int from, @Nullable Instant value) {
        if (value == null) {
            return put(from, from + 5, NEVER);
        }
        ZonedDateTime t = value.atZone(ZoneOffset.UTC);
        String century = t.getYear() < 2000 ? " " : Integer.toString(t.getYear() / 100 - 20);
        return put(
                from, from + 5, String.format(Locale.ROOT, "%s%02d%03d", century, t.getYear() % 100, t.getDayOfYear()));
    }

    LabelWriter shortId(int from, VolumeId id) {
        String v = id.value();
        return put(from, from + 5, v.substring(Math.max(0, v.length() - 6)).toUpperCase(Locale.ROOT));
    }

    byte[] toBytes() {
        return columns.clone();
    }
}
