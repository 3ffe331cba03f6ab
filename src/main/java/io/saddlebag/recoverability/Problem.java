package io.saddlebag.recoverability;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What has happened to a database (R13). */
public enum Problem {
    /** Somebody, or a program, changed or removed what should have stayed; the database itself is whole. */
    USER_ERROR,
    /** Part of its files is damaged, and it can't read that. */
    CORRUPT_BLOCK,
    /** Its files are gone, with their disk or without it. */
    MEDIA_FAILURE;

    /** For people and options, e.g. {@code media-failure}. */
    public String display() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** @throws IllegalArgumentException naming the valid ones */
    public static Problem parse(String text) {
        return Arrays.stream(values())
                .filter(each -> each.display().equals(text.strip()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is not a problem; valid are "
                        + Arrays.stream(values()).map(Problem::display).collect(Collectors.joining(", "))));
    }
}
