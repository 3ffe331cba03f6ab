package io.saddlebag.journal;

import io.saddlebag.catalog.Backup;
import java.io.IOException;
import java.io.InputStream;

/** Opens backup files of journals for reading. */
@FunctionalInterface
public interface StoredJournals {
    /**
     * The stored bytes of a backup file, with its layers.
     *
     * @throws IOException when it isn't there, or can't be read from here
     */
    InputStream open(Backup backup) throws IOException;
}
