package io.saddlebag.key;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.image.Layers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Which backups need which keys, as the catalog knows it (X10). */
public final class KeyNeeds {
    private final Catalog catalog;

    public KeyNeeds(Catalog catalog) {
        this.catalog = catalog;
    }

    /** Complete backups that none of these keys opens, the oldest first. */
    public List<Backup> closedTo(Collection<String> keyIds) throws IOException {
        List<Backup> closed = new ArrayList<>();
        for (Backup backup : catalog.backups(Catalog.Filter.COMPLETE)) {
            List<String> wanted = Layers.keyIds(backup.about().layers());
            if (!wanted.isEmpty() && !KeyRing.opens(wanted, keyIds)) {
                closed.add(backup);
            }
        }
        return closed;
    }
}
