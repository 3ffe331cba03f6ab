package io.saddlebag.image;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Where a file's bytes come from. Opened when the image stream has come to the file, and always closed.
 *
 * <p>An {@link IOException} of opening or reading is a fault of that one file: it is padded or left out, with a warning
 * (D4). A {@link io.saddlebag.fault.BackupException} or an interruption ends the image stream instead.
 */
@FunctionalInterface
public interface Content {
    /**
     * A stream; a {@link ByteStream} is read without copies.
     *
     * @throws java.nio.file.NoSuchFileException when the file has vanished
     */
    InputStream open() throws IOException;

    /** The same as long as the file holds the same; empty when that can't be told, and then no part of an image ends in it (D6). */
    default String identity() {
        return "";
    }

    Content NONE = InputStream::nullInputStream;

    static Content of(byte[] bytes) {
        byte[] copy = bytes.clone();
        return () -> new ByteArrayInputStream(copy);
    }
}
