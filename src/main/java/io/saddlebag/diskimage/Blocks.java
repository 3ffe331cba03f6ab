package io.saddlebag.diskimage;

import java.util.Locale;

/** Which clusters of a disk are imaged. */
public enum Blocks {
    /** Those that the file system uses where it is a known one, else all that aren't holes. */
    AUTO,
    /** Those that the file system uses; anything else is refused. */
    USED,
    /** All that aren't holes. */
    ALL;

    public static Blocks parse(String text) {
        try {
            return valueOf(text.strip().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + text + "' are no blocks; valid are auto, used, all", e);
        }
    }
}
