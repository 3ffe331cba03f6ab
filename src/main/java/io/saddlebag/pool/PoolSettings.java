package io.saddlebag.pool;

import io.saddlebag.media.PoolFile;
import io.saddlebag.protection.FileRights;
import io.saddlebag.quantity.ByteCount;
import org.jspecify.annotations.Nullable;

/**
 * How a pool is used.
 *
 * @param name as in routes and the catalog
 * @param sectionSize an image longer than this is put into several files; null for one file whatever its length
 * @param minimumBackups so many restorable, independent backups of each name stay, whatever expired; at least 1 (C13)
 * @param rights to its files, where a backup says nothing else (M29)
 */
public record PoolSettings(String name, @Nullable ByteCount sectionSize, int minimumBackups, FileRights rights) {
    public static final int DEFAULT_MINIMUM_BACKUPS = 1;

    /** Smaller files would cost more than they hold. */
    static final long SMALLEST_SECTION_BYTES = 4096;

    /** Of a pool that says nothing about its files' owner and protection. */
    public PoolSettings(String name, @Nullable ByteCount sectionSize, int minimumBackups) {
        this(name, sectionSize, minimumBackups, FileRights.NONE);
    }

    public PoolSettings {
        PoolFile.requirePoolName(name);
        if (minimumBackups < 1) {
            throw new IllegalArgumentException("minimumBackups of pool " + name + " is " + minimumBackups
                    + "; valid is 1 or more, since a rule that may keep nothing is no protection");
        }
        if (sectionSize != null && sectionSize.bytes() < SMALLEST_SECTION_BYTES) {
            throw new IllegalArgumentException("sectionSize of pool " + name + " is " + sectionSize + "; valid is "
                    + SMALLEST_SECTION_BYTES + " bytes or more");
        }
    }
}
