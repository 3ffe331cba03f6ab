package io.saddlebag.journal;

import java.time.LocalDateTime;
import java.time.temporal.ChronoField;
import java.time.temporal.JulianFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a backup file is called (J11): a name, what an operator wants behind it, and an extension.
 *
 * @param name of the backup file, with or without extension; {@code ""} for the default of the pass's first journal
 * @param parts appended in that order, before the extension; empty for none
 */
public record JournalNames(String name, List<Part> parts) {
    /** Of tapes' labels and pools' files. */
    static final int LONGEST = 36;

    static final String EXTENSION = ".aij";
    static final String NEW_TAPE_EXTENSION = ".aij_rbf";

    private static final Pattern WORD =
            Pattern.compile("\\G\\s*(?:\"(?<text>[^\"]*)\"|'(?<quoted>[^']*)'|(?<word>[A-Za-z_]+))\\s*(?<comma>,|$)");
    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._$-]*");
    private static final int DAYS_A_WEEK = 7;

    public JournalNames {
        parts = List.copyOf(parts);
    }

    /** A piece of a name. */
    public sealed interface Part {
        /** @param sequence of the first journal of the pass */
        String at(LocalDateTime time, long sequence);
    }

    /** Text as it was quoted. */
    public record Text(String text) implements Part {
        @Override
        public String at(LocalDateTime time, long sequence) {
            return text;
        }
    }

    /** A value of the moment, or the first journal's number. */
    public enum Field implements Part {
        DAY_OF_WEEK,
        DAY_OF_MONTH,
        DAY_OF_YEAR,
        HOUR,
        MINUTE,
        MONTH,
        YEAR,
        JULIAN_DATE,
        SEQUENCE,
        VNO;

        @Override
        public String at(LocalDateTime time, long sequence) {
            return switch (this) {
                // Sunday is 1
                case DAY_OF_WEEK -> Integer.toString(time.getDayOfWeek().getValue() % DAYS_A_WEEK + 1);
                case DAY_OF_MONTH -> String.format(Locale.ROOT, "%02d", time.getDayOfMonth());
                case DAY_OF_YEAR -> String.format(Locale.ROOT, "%03d", time.getDayOfYear());
                case HOUR -> String.format(Locale.ROOT, "%02d", time.getHour());
                case MINUTE -> String.format(Locale.ROOT, "%02d", time.getMinute());
                case MONTH -> String.format(Locale.ROOT, "%02d", time.getMonthValue());
                case YEAR -> String.format(Locale.ROOT, "%04d", time.get(ChronoField.YEAR));
                // the modified Julian day counts from 17 November 1858, as VMS does
                case JULIAN_DATE -> Long.toString(time.getLong(JulianFields.MODIFIED_JULIAN_DAY));
                case SEQUENCE, VNO -> Long.toString(sequence);
            };
        }
    }

    /**
     * Reads parts as RMU writes them, {@code ("$",DAY_OF_MONTH,"_",HOUR,MINUTE,"-",SEQUENCE)}; parentheses may be left out.
     *
     * @throws IllegalArgumentException naming what is valid
     */
    public static List<Part> parse(String text) {
        String inner = text.strip();
        if (inner.startsWith("(") && inner.endsWith(")")) {
            inner = inner.substring(1, inner.length() - 1);
        }
        List<Part> parts = new ArrayList<>();
        Matcher matcher = WORD.matcher(inner);
        int end = 0;
        while (end < inner.length() && matcher.find()) {
            String quoted = matcher.group("text") == null ? matcher.group("quoted") : matcher.group("text");
            parts.add(quoted == null ? field(matcher.group("word")) : new Text(quoted));
            end = matcher.end();
        }
        if (end < inner.length() || inner.isBlank() || inner.endsWith(",")) {
            throw new IllegalArgumentException(
                    "editFilename '" + text + "' is not a list of names and quoted texts with"
                            + " commas between; names are " + List.of(Field.values()));
        }
        return parts;
    }

    private static Field field(String word) {
        try {
            return Field.valueOf(word.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "editFilename has no '" + word + "'; names are " + List.of(Field.values()), e);
        }
    }

    /**
     * The whole name.
     *
     * @param first the first journal of the pass
     * @param time local, when the pass began
     * @param extension for a name that has none, with its point
     * @throws IllegalArgumentException when no backup file can be called so
     */
    public String of(Journal first, LocalDateTime time, String extension) {
        String given = name.isEmpty() ? withoutExtension(first.name()) : name;
        String own = extensionOf(given);
        StringBuilder all = new StringBuilder(withoutExtension(given));
        for (Part part : parts) {
            all.append(part.at(time, first.id().sequence()));
        }
        all.append(own.isEmpty() || name.isEmpty() ? extension : own);
        String result = all.toString();
        if (result.length() > LONGEST || !VALID.matcher(result).matches()) {
            throw new IllegalArgumentException("'" + result + "' can't be the name of a backup file: 1 to " + LONGEST
                    + " letters, digits and ._$- , the first a letter or digit");
        }
        return result;
    }

    /** The same name, for a further file: {@code orders-41-2.aij}; shortened where it would become too long. */
    static String version(String name, int version) {
        String extension = extensionOf(name);
        String tail = "-" + version + extension;
        String stem = withoutExtension(name);
        return stem.substring(0, Math.min(stem.length(), LONGEST - tail.length())) + tail;
    }

    private static String withoutExtension(String name) {
        return name.substring(0, name.length() - extensionOf(name).length());
    }

    /** With its point; empty for none. */
    private static String extensionOf(String name) {
        int point = name.lastIndexOf('.');
        return point < 1 ? "" : name.substring(point);
    }
}
