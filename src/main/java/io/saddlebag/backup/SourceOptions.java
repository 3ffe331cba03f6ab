package io.saddlebag.backup;

import io.saddlebag.image.Compression;
import io.saddlebag.image.Encryption;
import io.saddlebag.level.BackupLevel;

/**
 * How a source becomes an image.
 *
 * @param level of files; databases are always taken whole
 */
public record SourceOptions(Compression compression, Encryption encryption, BackupLevel level, RestartOptions restart) {
    public SourceOptions(Compression compression, Encryption encryption, BackupLevel level) {
        this(compression, encryption, level, RestartOptions.DEFAULT);
    }

    /** Of everything, not encrypted. */
    public SourceOptions(Compression compression) {
        this(compression, Encryption.NONE);
    }

    /** Of everything. */
    public SourceOptions(Compression compression, Encryption encryption) {
        this(compression, encryption, BackupLevel.FULL);
    }
}
