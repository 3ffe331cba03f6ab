package io.saddlebag.database;

import java.nio.file.Path;

/**
 * Where a restored copy of a database is, apart from the original.
 *
 * @param root a folder below which each restored file has its whole path, as it was on the source; absolute
 * @param own an empty folder for what the copy's instance makes itself: socket, log, configuration; absolute, and short, since a
 *     socket's path has 107 bytes at most
 */
public record CopyPlace(Path root, Path own) {
    /** Where what was at that place is in the copy. */
    public Path of(Path original) {
        Path absolute = original.toAbsolutePath().normalize();
        return root.resolve(absolute.getRoot().relativize(absolute));
    }
}
