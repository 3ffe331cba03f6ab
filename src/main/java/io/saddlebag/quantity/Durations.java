package io.saddlebag.quantity;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads durations as options write them: {@code 90s}, {@code 5m}, {@code 1h30m}, {@code 7d}, {@code PT5M} (spec 00, rule 4). */
public final class Durations {
    private static final Pattern AMOUNTS =
            Pattern.compile("(?:(\\d{1,9})d)?(?:(\\d{1,9})h)?(?:(\\d{1,9})m)?(?:(\\d{1,9})s)?(?:(\\d{1,9})ms)?");

    private Durations() {}

    /** @throws IllegalArgumentException naming the text and the valid forms */
    public static Duration parse(String text) {
        String given = text.strip();
        Matcher amounts = AMOUNTS.matcher(given.toLowerCase(Locale.ROOT));
        if (!given.isEmpty() && amounts.matches()) {
            return Duration.ofDays(amount(amounts, 1))
                    .plusHours(amount(amounts, 2))
                    .plusMinutes(amount(amounts, 3))
                    .plusSeconds(amount(amounts, 4))
                    .plusMillis(amount(amounts, 5));
        }
        try {
            Duration parsed = Duration.parse(given);
            if (!parsed.isNegative()) {
                return parsed;
            }
        } catch (DateTimeParseException e) {
            throw refused(text, e);
        }
        throw refused(text, null);
    }

    private static IllegalArgumentException refused(String text, @Nullable Exception cause) {
        return new IllegalArgumentException(
                "'" + text + "' is not a duration; valid are 90s, 5m, 1h30m, 7d, PT5M", cause);
    }

    private static long amount(Matcher amounts, int group) {
        String digits = amounts.group(group);
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
