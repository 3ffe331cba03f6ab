package io.saddlebag.restore;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.HostFiles;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Puts links, FIFOs and devices in the place of others at once or never: made under a temporary name beside it, then renamed
 * (C7). One thread.
 */
final class Replacement {
    /** Names tried when those of another process, or of a crash, are in the way. */
    private static final int ATTEMPTS = 100_000;

    private static final String PREFIX = HostFiles.UNDER_WAY + "o";

    /** What had the name of a folder: it is somebody's, so a crash leaves it for people. */
    private static final String ASIDE = ".saddlebag-aside-";

    private final HostFiles files;
    private long number;

    Replacement(HostFiles files) {
        this.files = files;
    }

    interface Making {
        void at(Path path) throws IOException;
    }

    /**
     * @param making makes the object under the name it is given
     * @param dressing gives it its attributes there
     */
    void put(Path place, Making making, Making dressing) throws IOException {
        Path temporary = make(place, PREFIX, making);
        boolean done = false;
        try {
            dressing.at(temporary);
            files.replace(temporary, place);
            done = true;
        } finally {
            if (!done) {
                files.delete(temporary);
            }
        }
        // of two names of one file the kernel takes neither away (rename(2))
        files.delete(temporary);
    }

    /** Takes what has a name out of the way while the folder that gets the name is made. */
    void byFolder(Path place, Making making) throws IOException {
        Path aside = make(place, ASIDE, free -> files.rename(place, free));
        boolean done = false;
        try {
            making.at(place);
            done = true;
        } finally {
            if (!done) {
                files.rename(aside, place);
            }
        }
        files.delete(aside);
    }

    private Path make(Path place, String prefix, Making making) throws IOException {
        for (int attempt = 0; ; attempt++) {
            Path free = place.resolveSibling(prefix + ++number);
            try {
                making.at(free);
                return free;
            } catch (BackupException e) {
                if (!e.is(FileFault.EXISTS) || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }
}
