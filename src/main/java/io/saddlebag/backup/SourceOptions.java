package io.saddlebag.backup;

import io.saddlebag.image.Compression;
import io.saddlebag.level.BackupLevel;

/**
 * How a source becomes an image.
 *
 * @param level of files; databases are always taken whole
 */
public record SourceOptions(Compression compression, BackupLevel level) {
    /** Of everything. */
    public SourceOptions(Compression compression) {
        this(compression, BackupLevel.FULL);
    }
}
