package io.saddlebag.recovery;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How far a restore may go from the backup that was chosen when that can't be read (R5). */
public enum Failover {
    /** Not at all: the first damage ends it. */
    NONE,
    /** To other copies of the same state: what is restored is the same. */
    COPIES,
    /** Then to the backup before: what is restored is older. */
    PREVIOUS;

    /** For people and options, e.g. {@code previous}. */
    public String display() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException naming the valid ones */
    public static Failover parse(String text) {
        return Arrays.stream(values())
                .filter(each -> each.display().equals(text.strip()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is no failover; valid are "
                        + Arrays.stream(values()).map(Failover::display).collect(Collectors.joining(", "))));
    }
}
