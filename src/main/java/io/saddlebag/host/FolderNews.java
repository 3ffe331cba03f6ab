package io.saddlebag.host;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Hears that files came into a folder, made there or moved there. No more than a hint when to look: what comes over a network may never be
 * told. One thread.
 */
public interface FolderNews extends Closeable {
    /** Begins to listen; what comes from now on ends a wait. */
    interface Opening {
        /** @throws IOException when this machine can't tell of that folder */
        FolderNews open(Path folder) throws IOException;
    }

    /** Waits until something has come since the last wait, or since it was opened; at most so long. */
    void await(Duration most) throws IOException, InterruptedException;
}
