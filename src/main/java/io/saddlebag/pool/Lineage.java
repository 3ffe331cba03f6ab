package io.saddlebag.pool;

import io.saddlebag.catalog.Backup;
import java.util.Optional;

/** What a backup needs besides itself to be restored. */
@FunctionalInterface
public interface Lineage {
    /** The image that it is based on; empty for one that stands alone. */
    Optional<String> parentImage(Backup backup);
}
