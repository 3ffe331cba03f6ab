package io.saddlebag.restore;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.CatalogState;
import io.saddlebag.catalog.StateObject;
import java.io.IOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which backup of a state holds the newest of an object (D2). Thread-safe. Memory: the names of the folders that were asked for
 * last.
 */
final class NewestObjects {
    /** Names remembered; one folder is, however large. */
    static final int REMEMBERED = 200_000;

    private final CatalogState state;
    private final LinkedHashMap<String, Map<String, BackupId>> folders = new LinkedHashMap<>(16, 0.75f, true);
    private long names;

    NewestObjects(CatalogState state) {
        this.state = state;
    }

    /** @param path as catalogs know it */
    synchronized boolean isIn(BackupId backup, String path) throws IOException {
        int nameAt = path.lastIndexOf('/') + 1;
        return backup.equals(folder(path.substring(0, nameAt)).get(path.substring(nameAt)));
    }

    private Map<String, BackupId> folder(String folder) throws IOException {
        Map<String, BackupId> known = folders.get(folder);
        if (known != null) {
            return known;
        }
        Map<String, BackupId> read = new HashMap<>();
        for (StateObject object : state.folder(folder)) {
            read.put(object.name(), object.backup());
        }
        Iterator<Map<String, BackupId>> eldest = folders.values().iterator();
        while (names + read.size() > REMEMBERED && eldest.hasNext()) {
            names -= 1 + eldest.next().size();
            eldest.remove();
        }
        folders.put(folder, read);
        names += 1 + read.size();
        return read;
    }
}
