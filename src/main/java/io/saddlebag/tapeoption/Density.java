package io.saddlebag.tapeoption;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * How densely a drive should write. Which names a drive knows is the drive's business (SSC density codes).
 *
 * @param name upper case: {@code DEFAULT}, {@code LTO3}, {@code 6250}
 */
public record Density(String name, Compaction compaction) {
    private static final Pattern FORM = Pattern.compile("[A-Z0-9][A-Z0-9._-]{0,15}");

    /** Whether the drive should compress. */
    public enum Compaction {
        AS_IT_IS,
        COMPACTION,
        NOCOMPACTION
    }

    public Density {
        if (!FORM.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' is not a density's name, as in DEFAULT, LTO3 or 6250");
        }
    }

    /** {@code LTO3}, {@code (LTO3,nocompaction)} or {@code compaction} alone. */
    public static Density parse(String text) {
        String list = text.strip().toUpperCase(Locale.ROOT);
        if (list.startsWith("(") && list.endsWith(")")) {
            list = list.substring(1, list.length() - 1);
        }
        String[] parts = list.strip().split("\\s*,\\s*", -1);
        if (parts.length == 1) {
            return isCompaction(parts[0])
                    ? new Density("DEFAULT", Compaction.valueOf(parts[0]))
                    : new Density(parts[0], Compaction.AS_IT_IS);
        }
        if (parts.length > 2 || !isCompaction(parts[1])) {
            throw new IllegalArgumentException("'" + text + "' is not a density; valid are a name, and behind a comma"
                    + " compaction or nocompaction, as in LTO3,compaction");
        }
        return new Density(parts[0], Compaction.valueOf(parts[1]));
    }

    private static boolean isCompaction(String word) {
        return word.equals(Compaction.COMPACTION.name()) || word.equals(Compaction.NOCOMPACTION.name());
    }

    @Override
    public String toString() {
        return compaction == Compaction.AS_IT_IS
                ? name
                : name + "," + compaction.name().toLowerCase(Locale.ROOT);
    }
}
