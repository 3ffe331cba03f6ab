package io.saddlebag.posix;

import java.nio.file.Path;

/**
 * A file system in a file, to be mounted through a loop device that goes away with the mount.
 *
 * @param fileSystem type, e.g. {@code ext4}
 * @param options as {@code mount -o} for this type, e.g. {@code noload}; may be empty
 */
public record ImageMount(Path image, Path target, String fileSystem, Access access, String options) {
    /** Read-only reaches down to the loop device: nothing writes to the file, no journal replay either. */
    public enum Access {
        READ_ONLY,
        READ_WRITE
    }
}
