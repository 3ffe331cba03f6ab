package io.saddlebag.pool;

import io.saddlebag.media.MediaFamily;
import io.saddlebag.protection.FileRights;
import org.jspecify.annotations.Nullable;

/**
 * On what terms an image is kept in a pool.
 *
 * @param family says when it expires; null for never
 * @param rights to its files (M29)
 */
public record PoolTerms(@Nullable MediaFamily family, FileRights rights) {
    /** The folder that its files are in; null for that of images without a family. */
    @Nullable
    String folder() {
        return family == null ? null : family.name();
    }
}
