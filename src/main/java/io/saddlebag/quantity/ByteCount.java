package io.saddlebag.quantity;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes, never negative. Accepts the forms of options: {@code 512}, {@code 64k}, {@code 4M}, {@code 1GiB}
 * (powers of 1024; spec 00, rule 4).
 */
public record ByteCount(long bytes) implements Comparable<ByteCount> {
    public static final ByteCount ZERO = new ByteCount(0);

    private static final Pattern FORM =
            Pattern.compile("(\\d{1,19})\\s*(?:([kmgtp])(?:i?b)?|b)?", Pattern.CASE_INSENSITIVE);
    private static final Map<String, Integer> SHIFT = Map.of("k", 10, "m", 20, "g", 30, "t", 40, "p", 50);
    private static final String[] UNITS = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    public ByteCount {
        if (bytes < 0) {
            throw new IllegalArgumentException("a byte count is not negative: " + bytes);
        }
    }

    public static ByteCount of(long bytes) {
        return new ByteCount(bytes);
    }

    public static ByteCount kibibytes(long n) {
        return new ByteCount(Math.multiplyExact(n, 1L << 10));
    }

    public static ByteCount mebibytes(long n) {
        return new ByteCount(Math.multiplyExact(n, 1L << 20));
    }

    /** @throws IllegalArgumentException naming the text and the valid forms */
    public static ByteCount parse(String text) {
        Matcher m = FORM.matcher(text.strip());
        if (!m.matches()) {
            throw new IllegalArgumentException("'" + text
                    + "' is not a size; valid are a number of bytes or one with a unit, as in 512, 64k, 4M, 1GiB");
        }
        String unit = m.group(2);
        int shift = unit == null ? 0 : SHIFT.getOrDefault(unit.toLowerCase(Locale.ROOT), 0);
        try {
            return new ByteCount(Math.multiplyExact(Long.parseLong(m.group(1)), 1L << shift));
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is larger than the largest size, 8 EiB", e);
        }
    }

    public ByteCount plus(ByteCount other) {
        return new ByteCount(Math.addExact(bytes, other.bytes));
    }

    @Override
    public int compareTo(ByteCount other) {
        return Long.compare(bytes, other.bytes);
    }

    /** For people: {@code 512 bytes}, {@code 1.5 GiB}. */
    @Override
    public String toString() {
        if (bytes < 1024) {
            return bytes + (bytes == 1 ? " byte" : " bytes");
        }
        int unit = (63 - Long.numberOfLeadingZeros(bytes)) / 10;
        double value = (double) bytes / (1L << (10 * unit));
        return String.format(Locale.ROOT, value < 10 ? "%.1f %s" : "%.0f %s", value, UNITS[unit]);
    }
}
