package io.saddlebag.media;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How an image label says which lane it is in: {@code 0203} for the second of three. */
final class LaneText {
    private static final Pattern FORM = Pattern.compile("(\\d{2})(\\d{2})");

    private LaneText() {}

    /** Empty for the only one. */
    static String of(Lane lane) {
        return lane.isOnly() ? "" : String.format(Locale.ROOT, "%02d%02d", lane.number(), lane.of());
    }

    /** @throws IllegalArgumentException when it is no lane */
    static Lane parse(String text) {
        Matcher m = FORM.matcher(text);
        if (!m.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not a lane, as in 0203");
        }
        return new Lane(Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2)));
    }
}
