package io.saddlebag.pool;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file that is the whole content of a member of an image, and becomes a section of the image as it is, by a further name (J10).
 *
 * @param file in the file system of the pool's folder; nobody writes to it any more
 * @param bytes its length
 */
public record MemberFile(Path file, long bytes) {
    /** The files of an image's members. */
    @FunctionalInterface
    public interface InOrder {
        /** @param index of the member among those that aren't the image's own, from 0; it was read, or is about to be */
        MemberFile file(int index) throws IOException;
    }
}
