package io.saddlebag.restore;

import java.nio.file.Path;

/**
 * Another place for a part of what was backed up (C7): {@code from} itself comes to be called {@code to}, and what is below it
 * comes below that.
 *
 * @param from as it was on the source, absolute
 * @param to absolute
 */
public record PathMapping(Path from, Path to) {
    /** @throws IllegalArgumentException when one of them is not an absolute path without {@code ..} */
    public PathMapping {
        requireWhole(from);
        requireWhole(to);
    }

    /**
     * Reads {@code FROM=TO}. The first {@code =/} divides, so that names may hold equals signs.
     *
     * @throws IllegalArgumentException naming what was given and what would be valid
     */
    public static PathMapping parse(String text) {
        int divider = text.indexOf("=/");
        if (divider <= 0) {
            throw new IllegalArgumentException(
                    "'" + text + "' maps no path to another; valid is such as /srv/a=/restore/b, both absolute");
        }
        return new PathMapping(Path.of(text.substring(0, divider)), Path.of(text.substring(divider + 1)));
    }

    private static void requireWhole(Path path) {
        if (!path.isAbsolute() || !path.normalize().equals(path)) {
            throw new IllegalArgumentException(
                    "'" + path + "' is not an absolute path without . and .., such as /srv/orders");
        }
    }

    @Override
    public String toString() {
        return from + "=" + to;
    }
}
