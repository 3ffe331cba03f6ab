package io.saddlebag.database.log;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Positions as servers write them, {@code A/FE000060}: bytes from the beginning of the log, unsigned. */
public final class LogPosition {
    private static final int HALF_BITS = 32;
    private static final long LOW = (1L << HALF_BITS) - 1;
    private static final int HEX = 16;
    private static final Pattern FORM = Pattern.compile("([0-9A-Fa-f]{1,8})/([0-9A-Fa-f]{1,8})");

    private LogPosition() {}

    public static String text(long position) {
        return String.format(Locale.ROOT, "%X/%X", position >>> HALF_BITS, position & LOW);
    }

    /** @throws IllegalArgumentException when it is no position */
    public static long parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no position in a log, as A/FE000060 is one");
        }
        return (Long.parseLong(matcher.group(1), HEX) << HALF_BITS) | Long.parseLong(matcher.group(2), HEX);
    }
}
