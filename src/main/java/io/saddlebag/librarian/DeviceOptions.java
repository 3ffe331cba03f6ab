package io.saddlebag.librarian;

import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Options that say how a device writes: with the librarian they mean nothing, since it, and not who hands a piece over, chooses (M26, J9). */
public final class DeviceOptions {
    /** As its users write it. */
    public static final String LIBRARIAN = "librarian";

    private static final Set<String> NAMES = Set.of(
            "format",
            "blockSize",
            "crc",
            "groupSize",
            "activeIo",
            "drives",
            "rewind",
            "density",
            "label",
            "acceptLabel",
            "owner",
            "protection",
            "tapeExpiration",
            "prompt",
            "mediaLoader");

    private DeviceOptions() {}

    /**
     * What can't be wanted together.
     *
     * @param given device options that were given, by name
     * @return each names both options; empty for nothing
     */
    public static List<String> conflicts(Collection<String> given) {
        return given.stream()
                .sorted()
                .map(option -> "options '" + LIBRARIAN + "' and '" + option + "' can't be used together")
                .toList();
    }

    /** As {@link #refuse}, of options of all kinds: those that aren't devices' are left alone. */
    public static void refuseAmong(Collection<String> given) {
        refuse(given.stream().filter(NAMES::contains).toList());
    }

    /** @throws IllegalArgumentException when there are any, naming both options */
    public static void refuse(Collection<String> given) {
        List<String> found = conflicts(given);
        if (!found.isEmpty()) {
            throw new IllegalArgumentException(
                    String.join("; ", found) + ": how a piece is written is the librarian's affair; leave them out");
        }
    }
}
