package io.saddlebag.backup;

import io.saddlebag.catalog.Backup;
import io.saddlebag.pool.Lineage;
import java.util.Optional;

/** Parents as backups name them in their facts: {@code parent} is the id of the image below, whatever kind it is of. */
public final class ImageLineage implements Lineage {
    private static final String PARENT = "parent";

    @Override
    public Optional<String> parentImage(Backup backup) {
        return Optional.ofNullable(backup.about().facts().get(PARENT));
    }
}
