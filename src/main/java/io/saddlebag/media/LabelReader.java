package io.saddlebag.media;

import io.saddlebag.library.Barcode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One label record being read; columns count from 1, both ends included. */
final class LabelReader {
    private static final Pattern DIGITS = Pattern.compile("\\d{1,19}");

    private final String record;
    private final String name;

    /** @param record 80 bytes, already known to begin with its name */
    LabelReader(byte[] record) {
        this.record = new String(record, StandardCharsets.ISO_8859_1);
        this.name = this.record.substring(0, 4);
    }

    String raw(int from, int to) {
        return record.substring(from - 1, to);
    }

    String text(int from, int to) throws LabelException {
        return LabelText.decode(raw(from, to).stripTrailing(), at(from, to));
    }

    long number(int from, int to) throws LabelException {
        String digits = raw(from, to);
        try {
            if (DIGITS.matcher(digits).matches()) {
                return Long.parseLong(digits);
            }
        } catch (NumberFormatException e) {
            throw badNumber(from, to, digits);
        }
        throw badNumber(from, to, digits);
    }

    /** A number of at most nine digits that is at least so large. */
    int number(int from, int to, int least) throws LabelException {
        long value = number(from, to);
        if (value < least) {
            throw badNumber(from, to, raw(from, to));
        }
        return Math.toIntExact(value);
    }

    private LabelException badNumber(int from, int to, String digits) {
        return new LabelException(LabelFault.BAD_NUMBER, at(from, to) + " is no valid number: '" + digits + "'");
    }

    Instant time(int from) throws LabelException {
        String value = raw(from, from + 15);
        try {
            TemporalAccessor parsed = LabelWriter.TIME.parse(value);
            Instant time = Instant.from(parsed);
            int year = parsed.get(ChronoField.YEAR);
            if (LabelRecords.FIRST_YEAR <= year && year <= LabelRecords.LAST_YEAR) {
                return time;
            }
        } catch (DateTimeException e) {
            throw badTime(from, value);
        }
        throw badTime(from, value);
    }

    private LabelException badTime(int from, String value) {
        return new LabelException(LabelFault.BAD_TIME, at(from, from + 15) + " is no time: '" + value + "'");
    }

    @Nullable
    Instant optionalTime(int from) throws LabelException {
        return raw(from, from + 15).isBlank() ? null : time(from);
    }

    VolumeId volumeId(int from) throws LabelException {
        return id(from, from + VolumeId.LONGEST - 1, VolumeId::new);
    }

    @Nullable
    VolumeId optionalVolumeId(int from) throws LabelException {
        return raw(from, from + VolumeId.LONGEST - 1).isBlank() ? null : volumeId(from);
    }

    @Nullable
    Barcode optionalBarcode(int from) throws LabelException {
        int to = from + Barcode.LONGEST - 1;
        return raw(from, to).isBlank() ? null : id(from, to, Barcode::new);
    }

    <T> T id(int from, int to, Function<String, T> type) throws LabelException {
        try {
            return type.apply(raw(from, to).stripTrailing());
        } catch (IllegalArgumentException e) {
            throw new LabelException(LabelFault.BAD_ID, at(from, to) + " is not valid: " + e.getMessage());
        }
    }

    private String at(int from, int to) {
        return "label record " + name + ", columns " + from + " to " + to + ",";
    }
}
