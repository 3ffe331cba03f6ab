package io.saddlebag.restore;

import io.saddlebag.host.HostFiles;
import io.saddlebag.image.MemberAttributes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The folders that one restore makes. Several lanes put files into the same folders (M28): then a folder gets its attributes
 * when all lanes are done. Thread-safe. Memory: with several lanes, or several images, the names of the folders that were made;
 * with several lanes, also what the catalog doesn't know of a folder.
 */
final class RestoredFolders {
    private final HostFiles files;
    private final boolean endLater;
    private final boolean remembers;
    private final Set<Path> made;
    private final Map<Path, MemberAttributes> kept = new HashMap<>();

    RestoredFolders(HostFiles files, int lanes) {
        this.files = files;
        this.endLater = lanes > 1;
        this.remembers = endLater;
        this.made = new HashSet<>();
    }

    /**
     * Of one of several images that make up a state (D2): the newest has all folders as they are to be.
     *
     * @param endNow whether folders get their attributes when they are left
     * @param made by the images before; added to
     */
    RestoredFolders(HostFiles files, boolean endNow, Set<Path> made) {
        this.files = files;
        this.endLater = !endNow;
        this.remembers = true;
        this.made = made;
    }

    /** Whether folders are ended by {@link TreeSink#endFolder} instead of when they are left. */
    boolean endLater() {
        return endLater;
    }

    /** @return whether it wasn't there before */
    synchronized boolean make(Path folder) throws IOException {
        if (files.exists(folder)) {
            return false;
        }
        files.makeFolder(folder);
        if (remembers) {
            made.add(folder);
        }
        return true;
    }

    /** What the catalog doesn't know of a folder is kept in memory until the end; few folders have any of it. */
    synchronized void keep(Path folder, MemberAttributes attributes) {
        if (!attributes.xattrs().isEmpty() || !attributes.flags().isEmpty()) {
            kept.put(folder, attributes);
        }
    }

    /** Null when the catalog knows all of it. */
    synchronized @Nullable MemberAttributes kept(Path folder) {
        return kept.get(folder);
    }

    synchronized boolean wasMade(Path folder) {
        return made.contains(folder);
    }
}
