package io.saddlebag.backup;

import io.saddlebag.image.Compression;
import io.saddlebag.image.Encryption;

/** How a source becomes an image. */
public record SourceOptions(Compression compression, Encryption encryption) {
    /** Not encrypted. */
    public SourceOptions(Compression compression) {
        this(compression, Encryption.NONE);
    }
}
