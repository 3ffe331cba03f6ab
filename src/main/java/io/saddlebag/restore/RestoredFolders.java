package io.saddlebag.restore;

import io.saddlebag.host.HostFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * The folders that one restore makes. Several lanes put files into the same folders (M28): then a folder gets its attributes
 * when all lanes are done. Thread-safe. Memory: with several lanes, the names of the folders that were made.
 */
final class RestoredFolders {
    private final HostFiles files;
    private final boolean endLater;
    private final Set<Path> made = new HashSet<>();

    RestoredFolders(HostFiles files, int lanes) {
        this.files = files;
        this.endLater = lanes > 1;
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
        if (endLater) {
            made.add(folder);
        }
        return true;
    }

    synchronized boolean wasMade(Path folder) {
        return made.contains(folder);
    }
}
