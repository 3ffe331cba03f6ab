package io.saddlebag.pool;

import io.saddlebag.media.PoolFile;
import java.io.IOException;
import java.io.InputStream;

/** How sections are got at, and what they may be. */
interface FileOpening {
    /**
     * Opens a section as it is now.
     *
     * @throws io.saddlebag.fault.BackupException {@link PoolFault#MISSING}, or {@link PoolFault#DAMAGED} when its length is none that it
     *     may have
     */
    InputStream open(PoolFile file) throws IOException;

    /** Whether a section that was read to its end is what it may be by now, where it isn't what it was. */
    boolean isKnown(PoolFile file, long bytes, long crc32c) throws IOException;
}
