package io.saddlebag.journal;

import io.saddlebag.image.Compression;
import io.saddlebag.image.Encryption;
import io.saddlebag.quantity.Durations;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Options as people write them, in routes and on the command line: one reading for both. */
public final class OptionTexts {
    private static final int HUNDREDTHS = 2;
    private static final DateTimeFormatter VMS = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .appendPattern("d-MMM-uuuu H:mm[:ss]")
            .optionalStart()
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, HUNDREDTHS, true)
            .optionalEnd()
            .toFormatter(Locale.ENGLISH);

    private final Map<String, String> given;

    private OptionTexts(Map<String, String> given) {
        this.given = given;
    }

    /**
     * @param given options that were said, by their names as in {@code docs/journals.md}; {@code ""} or {@code true} for one that was
     *     said without a value
     * @param clock tells which day and zone a time without them is of
     * @throws IllegalArgumentException naming the option and what is valid
     */
    public static JournalOptions parse(Map<String, String> given, Encryption encryption, Clock clock) {
        return new OptionTexts(given).options(encryption, clock);
    }

    private JournalOptions options(Encryption encryption, Clock clock) {
        String continuous = given.get("continuous");
        boolean counted = continuous != null && continuous.matches("\\d{1,18}");
        return new JournalOptions(
                continuous != null && !continuous.equals("false"),
                counted ? Long.valueOf(continuous) : null,
                text("until").map(each -> until(each, clock)).orElse(null),
                duration("interval", JournalSchedule.DEFAULT_INTERVAL),
                text("threshold")
                        .filter(each -> !isNo(each))
                        .map(OptionTexts::blocks)
                        .orElse(null),
                text("quietPoint").map(each -> !isNo(each)).orElse(null),
                duration("lockTimeout", Duration.ZERO),
                text("sequence").map(SequenceRange::parse).orElse(null),
                duration("wait", JournalOptions.DEFAULT_WAIT),
                text("format").map(OptionTexts::format).orElse(null),
                names(),
                Compression.parse(given.getOrDefault("compression", "none")),
                encryption,
                text("rename").map(each -> !isNo(each)).orElse(false),
                reset(),
                text("librarian").map(each -> !isNo(each)).orElse(false));
    }

    private @Nullable ResetLoad reset() {
        if (!given.containsKey("resetRequests") && !given.containsKey("resetBlocks")) {
            return null;
        }
        return new ResetLoad(
                number("resetRequests", ResetLoad.DEFAULT.requests()),
                number("resetBlocks", ResetLoad.DEFAULT.blocks()));
    }

    private int number(String name, int whenMissing) {
        String text = text(name).orElse(null);
        if (text == null) {
            return whenMissing;
        }
        if (!text.matches("\\d{1,9}")) {
            throw new IllegalArgumentException(
                    name + " '" + text + "' is not a number; valid are whole ones, such as 15");
        }
        return Integer.parseInt(text);
    }

    private Optional<String> text(String name) {
        return Optional.ofNullable(given.get(name)).map(String::strip);
    }

    private @Nullable JournalNames names() {
        String file = given.get("file");
        String parts = given.get("editFilename");
        if (file == null && parts == null) {
            return null;
        }
        return new JournalNames(
                file == null ? "" : file.equals("\"\"") ? "" : file,
                parts == null ? List.of() : JournalNames.parse(parts));
    }

    /** Seconds, or a duration with its unit. */
    private @Nullable Duration duration(String name, Duration whenBare) {
        String text = text(name).orElse(null);
        if (text == null) {
            return null;
        }
        if (isNo(text)) {
            return Duration.ZERO;
        }
        if (text.isEmpty() || text.equals("true")) {
            return whenBare;
        }
        return text.matches("\\d{1,9}") ? Duration.ofSeconds(Long.parseLong(text)) : Durations.parse(text);
    }

    private static boolean isNo(String text) {
        return text.equalsIgnoreCase("no") || text.equalsIgnoreCase("none") || text.equalsIgnoreCase("false");
    }

    private static Long blocks(String text) {
        if (!text.matches("\\d{1,15}")) {
            throw new IllegalArgumentException(
                    "threshold '" + text + "' is not a number of blocks of " + JournalResult.BLOCK_BYTES + " bytes");
        }
        return Long.valueOf(text);
    }

    private static JournalOptions.Format format(String text) {
        return switch (text.toLowerCase(Locale.ROOT).replace('-', '_')) {
            case "old_file", "old_rms" -> JournalOptions.Format.OLD_FILE;
            case "new_tape" -> JournalOptions.Format.NEW_TAPE;
            default ->
                throw new IllegalArgumentException("format '" + text + "' is none; valid are old_file and new_tape");
        };
    }

    /** A time of today or tomorrow, a local date and time, or an instant. */
    static Instant until(String text, Clock clock) {
        try {
            if (text.endsWith("Z") || text.matches(".*T.*[+-]\\d{2}:\\d{2}")) {
                return DateTimeFormatter.ISO_DATE_TIME.parse(text, Instant::from);
            }
            if (text.contains("T")) {
                return LocalDateTime.parse(text).atZone(clock.getZone()).toInstant();
            }
            if (text.contains("-")) {
                return LocalDateTime.parse(text, VMS).atZone(clock.getZone()).toInstant();
            }
            LocalDateTime now = LocalDateTime.ofInstant(clock.instant(), clock.getZone());
            LocalDateTime today = now.toLocalDate().atTime(LocalTime.parse(text));
            LocalDateTime next = today.isBefore(now) ? today.plusDays(1) : today;
            return next.atZone(clock.getZone()).toInstant();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "until '" + text + "' is no time; valid are 12:00, 2026-07-01T16:15:00, 2026-07-01T14:15:00Z,"
                            + " 01-JUL-2026 16:15:00.00",
                    e);
        }
    }
}
