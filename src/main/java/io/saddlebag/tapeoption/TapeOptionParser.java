package io.saddlebag.tapeoption;

import io.saddlebag.framing.BlockCheck;
import io.saddlebag.framing.ProtectedFraming;
import io.saddlebag.media.TapeLabels;
import io.saddlebag.protection.Owner;
import io.saddlebag.protection.Protection;
import io.saddlebag.quantity.BlockSize;
import io.saddlebag.quantity.ByteCount;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes {@link TapeOptions} of texts. */
final class TapeOptionParser {
    private static final String NEGATION = "no";
    /** What {@code noX} says, by option. */
    private static final Map<TapeOption, String> NEGATED = Map.of(
            TapeOption.CRC, "none",
            TapeOption.GROUP_SIZE, "0",
            TapeOption.REWIND, "false",
            TapeOption.MEDIA_LOADER, "false",
            TapeOption.ACCEPT_LABEL, "false");

    /** What an option without value says. */
    private static final Map<TapeOption, String> BARE = Map.of(
            TapeOption.CRC, "autodin-ii",
            TapeOption.GROUP_SIZE, String.valueOf(ProtectedFraming.DEFAULT_GROUP),
            TapeOption.REWIND, "true",
            TapeOption.MEDIA_LOADER, "true",
            TapeOption.ACCEPT_LABEL, "true");

    private final Map<TapeOption, String> values = new EnumMap<>(TapeOption.class);

    TapeOptionParser(Map<String, String> given) {
        given.forEach(this::put);
    }

    /** By any spelling, negated or not. */
    private static Optional<TapeOption> find(String name) {
        Optional<TapeOption> plain = TapeOption.find(name);
        return plain.isPresent() ? plain : negated(name);
    }

    private static Optional<TapeOption> negated(String name) {
        String plain = TapeOption.plain(name);
        return plain.startsWith(NEGATION)
                ? TapeOption.find(plain.substring(NEGATION.length())).filter(NEGATED::containsKey)
                : Optional.empty();
    }

    private void put(String name, String value) {
        TapeOption option = find(name)
                .orElseThrow(() -> new IllegalArgumentException("there is no tape option '" + name + "'; there are "
                        + Arrays.stream(TapeOption.values())
                                .map(TapeOption::optionName)
                                .collect(Collectors.joining(", "))));
        boolean negative = TapeOption.find(name).isEmpty();
        if (negative && !value.isBlank()) {
            throw new IllegalArgumentException("option '" + name + "' takes no value, not '" + value + "'");
        }
        String meant = negative ? NEGATED.get(option) : value.isBlank() ? BARE.getOrDefault(option, "") : value.strip();
        if (values.put(option, meant == null ? "" : meant) != null) {
            throw new IllegalArgumentException("option '" + option.optionName() + "' is given twice");
        }
    }

    TapeOptions parse() {
        return parse(TapeFormat.OLD_FILE);
    }

    TapeOptions parse(TapeFormat unlessGiven) {
        TapeFormat format = of(TapeOption.FORMAT, unlessGiven, TapeOptionParser::format);
        requireMeaningful(format);
        TapeOptions options = new TapeOptions(
                format,
                optional(TapeOption.BLOCK_SIZE, TapeOptionParser::blockSize),
                of(TapeOption.CRC, BlockCheck.AUTODIN_II, BlockCheck::parse),
                of(
                        TapeOption.GROUP_SIZE,
                        ProtectedFraming.DEFAULT_GROUP,
                        text -> number(text, 0, ProtectedFraming.LARGEST_GROUP)),
                of(
                        TapeOption.ACTIVE_IO,
                        TapeOptions.DEFAULT_ACTIVE_IO,
                        text -> number(text, 1, TapeOptions.MOST_ACTIVE_IO)),
                of(TapeOption.DRIVES, DriveChoice.ANY, DriveChoice::parse),
                of(TapeOption.REWIND, false, TapeOptionParser::yes) ? Positioning.REWIND : Positioning.APPEND,
                optional(TapeOption.DENSITY, Density::parse),
                of(TapeOption.PROMPT, Prompt.OPERATOR, text -> constant(text, Prompt.class)),
                of(
                        TapeOption.MEDIA_LOADER,
                        MediaLoader.AS_FOUND,
                        text -> yes(text) ? MediaLoader.PRESENT : MediaLoader.ABSENT),
                of(
                        TapeOption.ACCEPT_LABEL,
                        LabelMismatch.ASK,
                        text -> yes(text) ? LabelMismatch.ACCEPT : LabelMismatch.ASK),
                optional(TapeOption.OWNER, Owner::parse),
                optional(TapeOption.PROTECTION, Protection::parseForTape),
                optional(TapeOption.TAPE_EXPIRATION, TapeOptionParser::instant),
                optional(TapeOption.LABEL, TapeLabels::parse));
        requireGroupFits(options);
        return options;
    }

    private void requireMeaningful(TapeFormat format) {
        for (TapeOption option : values.keySet()) {
            if (format == TapeFormat.OLD_FILE && option.needsNewTape()) {
                throw new IllegalArgumentException("option '" + option.optionName() + "' is '" + values.get(option)
                        + "' "
                        + (values.containsKey(TapeOption.FORMAT) ? "with format=old_file" : "without option 'format'")
                        + "; it only means something with format=new_tape");
            }
        }
    }

    /** A reader keeps a group in memory when a block is lost. */
    private static void requireGroupFits(TapeOptions options) {
        if (options.blockSize() != null) {
            try {
                options.framing(options.blockSize());
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "options 'blockSize' and 'groupSize' don't go together: " + e.getMessage(), e);
            }
        }
    }

    private <T> T of(TapeOption option, T unlessGiven, Function<String, T> parse) {
        T parsed = optional(option, parse);
        return parsed == null ? unlessGiven : parsed;
    }

    private <T> @Nullable T optional(TapeOption option, Function<String, T> parse) {
        String text = values.get(option);
        if (text == null) {
            return null;
        }
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "option '" + option.optionName() + "' is '" + text + "'; " + e.getMessage(), e);
        }
    }

    private static TapeFormat format(String text) {
        return switch (text.toLowerCase(Locale.ROOT).replace('-', '_')) {
            case "new_tape" -> TapeFormat.NEW_TAPE;
            case "old_file", "old_rms" -> TapeFormat.OLD_FILE;
            default -> throw new IllegalArgumentException("valid are old_file, new_tape");
        };
    }

    private static BlockSize blockSize(String text) {
        long bytes = ByteCount.parse(text).bytes();
        if (bytes < TapeOptions.SHORTEST_BLOCK || bytes > BlockSize.LARGEST) {
            throw new IllegalArgumentException("valid are " + TapeOptions.SHORTEST_BLOCK + " to "
                    + TapeOptions.LONGEST_RMU_BLOCK + " bytes as in RMU, and above that up to the drive's limit");
        }
        return new BlockSize((int) bytes);
    }

    private static int number(String text, int least, int most) {
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("valid are " + least + " to " + most, e);
        }
        throw new IllegalArgumentException("valid are " + least + " to " + most);
    }

    private static boolean yes(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "yes" -> true;
            case "false", "no" -> false;
            default -> throw new IllegalArgumentException("valid are true, false");
        };
    }

    private static <E extends Enum<E>> E constant(String text, Class<E> all) {
        for (E each : all.getEnumConstants()) {
            if (each.name().equalsIgnoreCase(text)) {
                return each;
            }
        }
        throw new IllegalArgumentException("valid are "
                + Arrays.stream(all.getEnumConstants())
                        .map(e -> e.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(", ")));
    }

    private static Instant instant(String text) {
        try {
            return text.indexOf('T') < 0
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "valid are a day or an instant in UTC, as in 2027-01-31 or 2027-01-31T12:00:00Z", e);
        }
    }
}
