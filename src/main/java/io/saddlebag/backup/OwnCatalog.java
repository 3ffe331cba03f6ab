package io.saddlebag.backup;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/**
 * Saddlebag's own catalog as datasets take it (D1): never the file itself, which this very backup writes to, but a copy of one instant.
 */
public interface OwnCatalog {
    /** Where it is, absolute, and where its copy is in images. */
    Path place();

    /** What is beside it for running processes only, and is in no image: absolute paths of files and folders. */
    Set<Path> fleeting();

    /**
     * Makes a copy that has every transaction that ended before, and nothing of those that hadn't. It is durable, and its name is that of
     * {@link #place}.
     *
     * @throws io.saddlebag.fault.BackupException when it can't be made; nothing is left of it
     */
    Copy copy() throws IOException;

    /** @param end removes it */
    record Copy(Path file, Closeable end) implements Closeable {
        @Override
        public void close() throws IOException {
            end.close();
        }
    }
}
