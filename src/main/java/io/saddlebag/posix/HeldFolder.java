package io.saddlebag.posix;

import java.io.Closeable;
import java.nio.file.Path;

/**
 * A folder that is held open, so that whoever renames it, or puts a link in its place, doesn't change which folder is meant
 * (X13). Not thread-safe against its own closing.
 */
public interface HeldFolder extends Closeable {
    /** Leads to the folder as long as it is held, whatever its name is now; what is in it is reached through this. */
    Path path();

    /**
     * Holds a folder below this one. No link is followed on the way, not even as the last name.
     *
     * @param below relative, without {@code ..}; empty for this folder once more
     * @throws PosixException ELOOP or ENOTDIR when something on the way is a link or no folder, ENOENT when it isn't there
     */
    HeldFolder hold(Path below) throws PosixException;

    @Override
    void close();
}
