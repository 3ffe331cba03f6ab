package io.saddlebag.recovery;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in a database's journals: PostgreSQL's LSN or a system change number.
 *
 * @param value unsigned 64 bits
 */
public record LogPosition(Form form, long value) {
    private static final Pattern LSN = Pattern.compile("([0-9A-Fa-f]{1,8})/([0-9A-Fa-f]{1,8})");
    private static final Pattern SCN = Pattern.compile("[0-9]{1,20}");
    private static final int HEX = 16;

    /** How a position is written; those of different forms can't be compared. */
    public enum Form {
        /** {@code 16/B374D848}: two hexadecimal numbers. */
        LSN,
        /** A decimal number. */
        SCN
    }

    /** @param position in bytes from the beginning of a PostgreSQL's log, unsigned */
    public static LogPosition lsn(long position) {
        return new LogPosition(Form.LSN, position);
    }

    /** @throws IllegalArgumentException when it is neither */
    public static LogPosition parse(String text) {
        Matcher lsn = LSN.matcher(text);
        if (lsn.matches()) {
            return new LogPosition(
                    Form.LSN, (Long.parseLong(lsn.group(1), HEX) << Integer.SIZE) | Long.parseLong(lsn.group(2), HEX));
        }
        if (SCN.matcher(text).matches()) {
            try {
                return new LogPosition(Form.SCN, Long.parseUnsignedLong(text));
            } catch (NumberFormatException e) {
                throw notOne(text, e);
            }
        }
        throw notOne(text, null);
    }

    private static IllegalArgumentException notOne(String text, @org.jspecify.annotations.Nullable Throwable cause) {
        return new IllegalArgumentException(
                "'" + text + "' is not a place in journals; valid is an LSN such as 16/B374D848 or a number", cause);
    }

    /** Whether the two can be compared. */
    public boolean isComparable(LogPosition other) {
        return form == other.form;
    }

    /** @throws IllegalArgumentException unless they can be compared */
    public boolean isAfter(LogPosition other) {
        if (!isComparable(other)) {
            throw new IllegalArgumentException(this + " and " + other + " are not of one form");
        }
        return Long.compareUnsigned(value, other.value) > 0;
    }

    @Override
    public String toString() {
        return form == Form.LSN
                ? Long.toHexString(value >>> Integer.SIZE).toUpperCase(java.util.Locale.ROOT) + "/"
                        + Long.toHexString(value & 0xffff_ffffL).toUpperCase(java.util.Locale.ROOT)
                : Long.toUnsignedString(value);
    }
}
