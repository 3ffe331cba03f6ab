package io.saddlebag.restore;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.ObjectEntry;
import io.saddlebag.fault.BackupException;
import io.saddlebag.image.ByteString;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Compares what was read with the checksum that the catalog recorded at backup. */
final class CatalogDigests implements TreeSink.Expected {
    private final Catalog catalog;
    private final BackupId backup;

    CatalogDigests(Catalog catalog, BackupId backup) {
        this.catalog = catalog;
        this.backup = backup;
    }

    @Override
    public void require(String path, String sha256) throws IOException {
        List<ObjectEntry> found = found(path);
        if (found.isEmpty()) {
            // earlier versions recorded names that aren't UTF-8 as people see them
            found = found(ByteString.ofExactText(path).toString());
        }
        // and those may look alike
        boolean recordedSo = found.stream().anyMatch(object -> sha256.equals(object.sha256()));
        if (!recordedSo) {
            String recorded =
                    found.isEmpty() ? "nothing" : String.valueOf(found.get(0).sha256());
            throw new BackupException(
                    RestoreFault.DIFFERS,
                    path + " was read back as " + sha256 + " and recorded as " + recorded + " in backup " + backup,
                    "Restore from another backup; 'saddlebag verify' shows which ones are whole.");
        }
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
}
