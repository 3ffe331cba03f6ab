package io.saddlebag.restore;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.ObjectEntry;
import io.saddlebag.fault.BackupException;
import io.saddlebag.image.ByteString;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares what was read with the checksum that the catalog recorded at backup. Images hold the objects of a folder in the order
 * of their names, so that the next names of a folder are asked for together. One thread. Memory: names and checksums, about 2 MiB
 * at most.
 */
final class CatalogDigests implements TreeSink.Expected {
    /** Names asked for at once, when those before were of use. */
    private static final int MOST_NAMES = 512;

    private static final int FEWEST_NAMES = 8;

    /** Folders with names to come: those on the way down, and a few. */
    private static final int FOLDERS = 16;

    private final Catalog catalog;
    private final BackupId backup;
    private final Map<String, Names> folders = new LinkedHashMap<>(FOLDERS, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Names> eldest) {
            return size() > FOLDERS;
        }
    };

    CatalogDigests(Catalog catalog, BackupId backup) {
        this.catalog = catalog;
        this.backup = backup;
    }

    @Override
    public void require(String path, String sha256) throws IOException {
        if (isRecorded(path, sha256)) {
            return;
        }
        // earlier versions recorded names that aren't UTF-8 as people see them; and those may look alike
        List<ObjectEntry> found = found(path);
        if (found.isEmpty()) {
            found = found(ByteString.ofExactText(path).toString());
        }
        if (found.stream().noneMatch(object -> sha256.equals(object.sha256()))) {
            String recorded =
                    found.isEmpty() ? "nothing" : String.valueOf(found.get(0).sha256());
            throw new BackupException(
                    RestoreFault.DIFFERS,
                    path + " was read back as " + sha256 + " and recorded as " + recorded + " in backup " + backup,
                    "Restore from another backup; 'saddlebag verify' shows which ones are whole.");
        }
    }

    private boolean isRecorded(String path, String sha256) throws IOException {
        int nameAt = path.lastIndexOf('/') + 1;
        String folder = path.substring(0, nameAt);
        String name = path.substring(nameAt);
        Names known = folders.get(folder);
        if (known == null || !known.has(name)) {
            known = new Names(
                    catalog.inFolder(backup, folder, name, known == null ? FEWEST_NAMES : known.worthAskingFor()));
            folders.put(folder, known);
        }
        return sha256.equals(known.take(name));
    }

    private List<ObjectEntry> found(String path) throws IOException {
        List<ObjectEntry> found = new ArrayList<>(1);
        catalog.objects(backup, path, object -> {
            if (object.path().equals(path)) {
                found.add(object);
            }
        });
        return found;
    }

    /** Some of a folder, in order. */
    private static final class Names {
        private final Map<String, String> digests = new HashMap<>();
        private int taken;

        Names(List<ObjectEntry> objects) {
            for (ObjectEntry object : objects) {
                String digest = object.sha256();
                if (digest != null) {
                    String path = object.path();
                    digests.put(path.substring(path.lastIndexOf('/') + 1), digest);
                }
            }
        }

        boolean has(String name) {
            return digests.containsKey(name);
        }

        @Nullable
        String take(String name) {
            taken++;
            return digests.get(name);
        }

        /** Twice what was of use: one file of a huge folder costs little, and a whole one few questions. */
        int worthAskingFor() {
            return Math.max(FEWEST_NAMES, Math.min(MOST_NAMES, 2 * taken));
        }
    }
}
