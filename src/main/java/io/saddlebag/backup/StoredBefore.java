package io.saddlebag.backup;

import io.saddlebag.catalog.CatalogState;
import io.saddlebag.catalog.StateNames;
import io.saddlebag.image.ByteString;
import java.io.IOException;

/** What an image that is gone on with holds already (D6). Memory: a page of names (Q9). One thread. */
final class StoredBefore {
    private final StateNames<Long> inodes;

    StoredBefore(CatalogState stored) {
        inodes = new StateNames<>(
                stored, StateNames.PAGE, StateNames.PAGE, each -> each.object().inode());
    }

    /** Whether it holds this very file, which has further names, under this one. */
    boolean has(ByteString path, long inode) throws IOException {
        String exact = "/" + path.toExactText();
        int nameAt = exact.lastIndexOf('/') + 1;
        Long found = inodes.find(exact.substring(0, nameAt), exact.substring(nameAt));
        return found != null && found != 0 && found == inode;
    }
}
