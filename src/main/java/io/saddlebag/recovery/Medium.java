package io.saddlebag.recovery;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What a copy of an image is kept on. The one that is read sooner comes first. */
public enum Medium {
    /** A pool. */
    DISK,
    /** Volumes of a library. */
    TAPE;

    /** All of them: nothing is ruled out. */
    public static final Set<Medium> ANY = Set.of(values());

    /** For people and options, e.g. {@code disk}. */
    public String display() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * @param text names with commas between
     * @throws IllegalArgumentException naming the valid ones
     */
    public static Set<Medium> parse(String text) {
        Set<Medium> found = EnumSet.noneOf(Medium.class);
        for (String name : text.split(",", -1)) {
            found.add(Arrays.stream(values())
                    .filter(each -> each.display().equals(name.strip()))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("'" + name.strip() + "' is not a medium; valid are "
                            + display(ANY) + ", with commas between")));
        }
        return Set.copyOf(found);
    }

    /** For people: {@code disk, tape}. */
    public static String display(Set<Medium> media) {
        return media.stream().sorted().map(Medium::display).collect(Collectors.joining(", "));
    }
}
