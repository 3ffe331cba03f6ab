package io.saddlebag.key;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.PoolRegister;
import io.saddlebag.image.Layers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which backups need which keys, as the catalog knows it (X10). */
public final class KeyNeeds {
    private final Catalog catalog;
    private final PoolRegister pools;

    public KeyNeeds(Catalog catalog, PoolRegister pools) {
        this.catalog = catalog;
        this.pools = pools;
    }

    /**
     * Complete backups that none of these keys opens, the oldest first. One that is being given other keys needs one of the old and one of
     * the new.
     */
    public List<Backup> closedTo(Collection<String> keyIds) throws IOException {
        Map<BackupId, List<String>> becoming = new HashMap<>();
        // before the catalog: what is settled in between is asked for twice, and never not at all
        pools.renewals().forEach(each -> becoming.put(each.backup(), each.layers()));
        List<Backup> closed = new ArrayList<>();
        for (Backup backup : catalog.backups(Catalog.Filter.COMPLETE)) {
            boolean opens = opens(backup.about().layers(), keyIds)
                    && opens(becoming.getOrDefault(backup.id(), backup.about().layers()), keyIds);
            if (!opens) {
                closed.add(backup);
            }
        }
        return closed;
    }

    private static boolean opens(List<String> layers, Collection<String> keyIds) {
        List<String> wanted = Layers.keyIds(layers);
        return wanted.isEmpty() || KeyRing.opens(wanted, keyIds);
    }
}
