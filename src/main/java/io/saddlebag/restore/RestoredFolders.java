package io.saddlebag.restore;

import io.saddlebag.host.HostFiles;
import io.saddlebag.image.MemberAttributes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The folders that one restore makes. Several lanes put files into the same folders (M28): then a folder gets its attributes
 * when all lanes are done. Thread-safe. Memory (Q9): with several lanes, or several images, some 50 bytes for each folder that was made;
 * with several lanes, as much again for its time of access, and what else the catalog doesn't know of a folder.
 */
final class RestoredFolders {
    private static final long NANOS = 1_000_000_000;
    /** Of a time whose nanoseconds are a long. */
    private static final long MOST_SECONDS = Long.MAX_VALUE / NANOS - 1;

    private final HostFiles files;
    private final boolean endLater;
    private final boolean remembers;
    private final FolderTable made;
    private final FolderTable accessed = new FolderTable();
    private final Map<Path, MemberAttributes> kept = new HashMap<>();

    RestoredFolders(HostFiles files, int lanes) {
        this.files = files;
        this.endLater = lanes > 1;
        this.remembers = endLater;
        this.made = new FolderTable();
    }

    /**
     * Of one of several images that make up a state (D2): the newest has all folders as they are to be.
     *
     * @param endNow whether folders get their attributes when they are left
     * @param made by the images before; added to
     */
    RestoredFolders(HostFiles files, boolean endNow, FolderTable made) {
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
            made.put(folder, 1);
        }
        return true;
    }

    /** What the catalog doesn't know of a folder is kept in memory until the end; few folders have any of it. */
    synchronized void keep(Path folder, MemberAttributes attributes) {
        if (!attributes.xattrs().isEmpty() || !attributes.flags().isEmpty()) {
            kept.put(folder, attributes);
        }
        Instant time = attributes.times().accessed();
        if (time != null && Math.abs(time.getEpochSecond()) < MOST_SECONDS) {
            accessed.put(folder, time.getEpochSecond() * NANOS + time.getNano());
        }
    }

    /** When it was read last; another time when that isn't known. */
    synchronized Instant accessedOr(Path folder, Instant other) {
        OptionalLong nanos = accessed.get(folder);
        return nanos.isEmpty() ? other : Instant.EPOCH.plusNanos(nanos.getAsLong());
    }

    /** Null when the catalog knows all of it. */
    synchronized @Nullable MemberAttributes kept(Path folder) {
        return kept.get(folder);
    }

    synchronized boolean wasMade(Path folder) {
        return made.get(folder).isPresent();
    }
}
