package io.saddlebag.media;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The labels that the volumes of one backup should have, in order, as RMU gives them (M10): 1 to {@value #LONGEST} characters.
 * Where more volumes are needed than were named, labels are made from the last: {@code TAPE01} goes on with {@code TAPE02},
 * a label without a number with its first four characters and {@code 01}.
 *
 * @param named the labels that were given, at least one, all different
 */
public record TapeLabels(List<String> named) {
    public static final int LONGEST = 6;

    private static final String OF_FILE = "file:";
    private static final int STEM = 4;
    private static final int MOST_NAMED = 10_000;
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0," + (LONGEST - 1) + "}");
    private static final Pattern NUMBERED = Pattern.compile("(.*?)(\\d+)");

    public TapeLabels {
        named = List.copyOf(named);
        if (named.isEmpty() || named.size() > MOST_NAMED) {
            throw new IllegalArgumentException("a list of labels names 1 to " + MOST_NAMED + ", not " + named.size());
        }
        Set<String> seen = new HashSet<>();
        for (String label : named) {
            if (!FORM.matcher(label).matches()) {
                throw new IllegalArgumentException("'" + label + "' is not a label; valid are 1 to " + LONGEST
                        + " letters, digits, points, hyphens and underscores, the first a letter or digit");
            }
            if (!seen.add(label.toUpperCase(Locale.ROOT))) {
                throw new IllegalArgumentException("label '" + label + "' is named twice");
            }
        }
    }

    /**
     * As in options: a list such as {@code TAPE01}, {@code TAPE01,TAPE07} or {@code (TAPE01,TAPE07)}, or
     * {@code file:my_backup.rbf} for labels made of a file's name.
     */
    public static TapeLabels parse(String text) {
        String list = text.strip();
        if (list.regionMatches(true, 0, OF_FILE, 0, OF_FILE.length())) {
            return ofFileName(list.substring(OF_FILE.length()));
        }
        if (list.startsWith("(") && list.endsWith(")")) {
            list = list.substring(1, list.length() - 1);
        }
        return new TapeLabels(List.of(list.strip().split("\\s*,\\s*", -1)));
    }

    /**
     * As RMU makes them of a backup file's name where none are given: its first six characters, without folder and extension;
     * then its first four and {@code 01}, {@code 02}, ... Backups here have no file, and volumes without {@code label} get the
     * ids of their media family (M20): this is done where it is asked for.
     */
    public static TapeLabels ofFileName(String fileName) {
        String name = fileName.substring(fileName.lastIndexOf('/') + 1);
        int point = name.lastIndexOf('.');
        String stem = (point > 0 ? name.substring(0, point) : name)
                .replaceAll("[^A-Za-z0-9._-]", "_")
                .replaceFirst("^[^A-Za-z0-9]+", "");
        if (stem.isEmpty()) {
            throw new IllegalArgumentException(
                    "no label can be made from '" + fileName + "'; name one of 1 to " + LONGEST + " characters");
        }
        String first = stem.substring(0, Math.min(LONGEST, stem.length()));
        // named, since digits of the name itself are no number to count from
        String second = stem.substring(0, Math.min(STEM, stem.length())) + "01";
        return new TapeLabels(first.equalsIgnoreCase(second) ? List.of(first) : List.of(first, second));
    }

    /**
     * The label of a backup's n-th volume.
     *
     * @param n from 1
     * @throws IllegalStateException when there are no more labels of {@value #LONGEST} characters
     */
    public String label(int n) {
        if (n <= named.size()) {
            return named.get(n - 1);
        }
        int left = n - named.size();
        String last = named.get(named.size() - 1);
        Matcher m = NUMBERED.matcher(last);
        // a name that became a label by being cut counts from its first four characters, unless it ends in a number
        String stem = m.matches() ? m.group(1) : last.substring(0, Math.min(STEM, last.length()));
        long number = m.matches() ? Long.parseLong(m.group(2)) : 0;
        int digits = m.matches() ? m.group(2).length() : LONGEST - STEM;
        while (true) {
            number++;
            String next = stem + String.format(Locale.ROOT, "%0" + digits + "d", number);
            if (next.length() > LONGEST) {
                throw new IllegalStateException("there is no label of " + LONGEST + " characters for volume " + n
                        + " after " + last + "; name more labels");
            }
            if (named.stream().noneMatch(next::equalsIgnoreCase) && --left == 0) {
                return next;
            }
        }
    }

    @Override
    public String toString() {
        return String.join(",", named);
    }
}
