package io.saddlebag.image;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Times as decimal seconds since 1970 (POSIX.1-2001, pax, "pax Extended Header File Times"). */
final class PaxTime {
    private static final Pattern FORM = Pattern.compile("(-?)(\\d{1,18})(?:\\.(\\d{0,40}))?");
    private static final int DIGITS = 9;

    private PaxTime() {}

    static String format(Instant time) {
        if (time.getNano() == 0) {
            return Long.toString(time.getEpochSecond());
        }
        boolean negative = time.getEpochSecond() < 0;
        // an instant's nanoseconds count forward, the digits of a negative number backward
        long seconds = negative ? -(time.getEpochSecond() + 1) : time.getEpochSecond();
        int nanos = negative ? 1_000_000_000 - time.getNano() : time.getNano();
        // by hand: each file has a time, and a Formatter took a sixth of the reading thread
        String fraction = Integer.toString(nanos);
        StringBuilder text = new StringBuilder();
        text.append(negative ? "-" : "").append(seconds).append('.');
        text.append("0".repeat(DIGITS - fraction.length())).append(fraction);
        int end = text.length();
        while (text.charAt(end - 1) == '0') {
            end--;
        }
        return text.substring(0, end);
    }

    /** What is finer than a nanosecond is cut off. Null when the text is no time. */
    static @Nullable Instant parse(String text) {
        Matcher m = FORM.matcher(text);
        if (!m.matches()) {
            return null;
        }
        String fraction = m.group(3) == null ? "" : m.group(3);
        String nanoDigits = (fraction + "0".repeat(DIGITS)).substring(0, DIGITS);
        long seconds = Long.parseLong(m.group(2));
        long nanos = Long.parseLong(nanoDigits);
        try {
            return m.group(1).isEmpty()
                    ? Instant.ofEpochSecond(seconds, nanos)
                    : Instant.ofEpochSecond(-seconds, -nanos);
        } catch (DateTimeException e) {
            return null;
        }
    }
}
