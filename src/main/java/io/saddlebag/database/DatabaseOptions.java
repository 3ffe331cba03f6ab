package io.saddlebag.database;

import io.saddlebag.fault.BackupException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The options of one configured database as they were read from a configuration file: text, numbers and lists by name.
 * Every reading checks, and its failure names database, option, value and what is valid (rule 2); nothing is touched.
 * Immutable.
 */
public final class DatabaseOptions {
    private static final Pattern AMOUNTS = Pattern.compile("(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+)s)?(?:(\\d+)ms)?");
    private static final int HIGHEST_PORT = 65_535;

    private final String database;
    private final Map<String, Object> values;

    /** @param values text, numbers, booleans or lists of text by option name */
    public DatabaseOptions(String database, Map<String, ?> values) {
        this.database = database;
        this.values = Map.copyOf(values);
    }

    public String database() {
        return database;
    }

    /** @throws BackupException {@link DatabaseFault#BAD_CONFIGURATION} when there is an option that the engine hasn't */
    public void allowOnly(String... names) throws BackupException {
        List<String> known = Arrays.asList(names);
        for (String given : new TreeSet<>(values.keySet())) {
            if (!known.contains(given)) {
                throw refused(
                        given, String.valueOf(values.get(given)), "one of the options " + String.join(", ", known));
            }
        }
    }

    public String text(String option) throws BackupException {
        return optionalText(option).orElseThrow(() -> missing(option));
    }

    public Optional<String> optionalText(String option) throws BackupException {
        Object value = values.get(option);
        if (value == null) {
            return Optional.empty();
        }
        String text = String.valueOf(value);
        if (value instanceof List || text.isBlank() || text.indexOf('\0') >= 0) {
            throw refused(option, text, "a text that isn't empty");
        }
        return Optional.of(text);
    }

    public Path path(String option) throws BackupException {
        return optionalPath(option).orElseThrow(() -> missing(option));
    }

    public Optional<Path> optionalPath(String option) throws BackupException {
        Optional<String> text = optionalText(option);
        return text.isEmpty() ? Optional.empty() : Optional.of(absolute(option, text.get()));
    }

    /** Empty when the option isn't given. */
    public List<Path> paths(String option) throws BackupException {
        List<Path> paths = new java.util.ArrayList<>();
        for (String each : list(option)) {
            paths.add(absolute(option, each));
        }
        return List.copyOf(paths);
    }

    public int port(String option, int ifAbsent) throws BackupException {
        Optional<String> text = optionalText(option);
        if (text.isEmpty()) {
            return ifAbsent;
        }
        String valid = "a port from 1 to " + HIGHEST_PORT;
        try {
            int port = Integer.parseInt(text.get());
            if (port >= 1 && port <= HIGHEST_PORT) {
                return port;
            }
        } catch (NumberFormatException notANumber) {
            throw refused(option, text.get(), valid, notANumber);
        }
        throw refused(option, text.get(), valid);
    }

    /** Accepts {@code 90s}, {@code 5m}, {@code 1h30m} and {@code PT5M}; more than zero. */
    public Duration duration(String option, Duration ifAbsent) throws BackupException {
        Optional<String> text = optionalText(option);
        if (text.isEmpty()) {
            return ifAbsent;
        }
        Duration length = parseDuration(option, text.get());
        if (length.isZero() || length.isNegative()) {
            throw refused(option, text.get(), "a duration of more than zero, such as 5m or PT5M");
        }
        return length;
    }

    /** A list of texts, e.g. a command as program and arguments; empty when the option isn't given. */
    public List<String> list(String option) throws BackupException {
        Object value = values.get(option);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> items)) {
            throw refused(option, String.valueOf(value), "a list, each argument an item of its own");
        }
        for (Object item : items) {
            if (item == null
                    || item instanceof List
                    || item instanceof Map
                    || String.valueOf(item).indexOf('\0') >= 0) {
                throw refused(option, String.valueOf(item), "a list of texts");
            }
        }
        return items.stream().map(String::valueOf).toList();
    }

    /** The failure that says that an option's value isn't valid. */
    public BackupException refused(String option, String value, String valid) {
        return new BackupException(DatabaseFault.BAD_CONFIGURATION, said(option, value), "Give " + valid + ".");
    }

    private BackupException refused(String option, String value, String valid, Exception cause) {
        return new BackupException(DatabaseFault.BAD_CONFIGURATION, said(option, value), "Give " + valid + ".", cause);
    }

    private String said(String option, String value) {
        return "option " + option + " of database " + database + " can't be \"" + value + "\"";
    }

    private BackupException missing(String option) {
        return new BackupException(
                DatabaseFault.BAD_CONFIGURATION,
                "option " + option + " of database " + database + " is missing",
                "Add " + option + " to the database's configuration.");
    }

    private Path absolute(String option, String text) throws BackupException {
        String valid = "an absolute path";
        try {
            Path path = Path.of(text);
            if (path.isAbsolute()) {
                return path.normalize();
            }
        } catch (InvalidPathException notAPath) {
            throw refused(option, text, valid, notAPath);
        }
        throw refused(option, text, valid);
    }

    private Duration parseDuration(String option, String text) throws BackupException {
        Matcher amounts = AMOUNTS.matcher(text.toLowerCase(Locale.ROOT));
        try {
            if (!amounts.matches()) {
                return Duration.parse(text);
            }
            return Duration.ofHours(amount(amounts, 1))
                    .plusMinutes(amount(amounts, 2))
                    .plusSeconds(amount(amounts, 3))
                    .plusMillis(amount(amounts, 4));
        } catch (DateTimeParseException | NumberFormatException | ArithmeticException notADuration) {
            throw refused(option, text, "a duration such as 90s, 5m, 1h30m or PT5M", notADuration);
        }
    }

    private static long amount(Matcher amounts, int group) {
        String digits = amounts.group(group);
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
