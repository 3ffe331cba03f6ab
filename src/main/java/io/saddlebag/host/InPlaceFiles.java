package io.saddlebag.host;

import java.io.IOException;
import java.nio.file.Path;

/** Opens files that are written in place. Thread-safe. */
public interface InPlaceFiles {
    /**
     * Opens a regular file, or makes one that is a hole and readable by its owner only. Length and name are durable after its first
     * {@link InPlaceFile#sync}.
     *
     * @param lengthBytes what it is lengthened to
     * @throws io.saddlebag.fault.BackupException with a {@link FileFault}; {@link FileFault#WRONG_TYPE} when it is longer, or no
     *     regular file
     */
    InPlaceFile open(Path file, long lengthBytes) throws IOException;
}
