package io.saddlebag.backup;

import io.saddlebag.catalog.CatalogState;
import io.saddlebag.catalog.ObjectEntry;
import io.saddlebag.catalog.StateObject;
import io.saddlebag.image.ByteString;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an image that is gone on with holds already (D6). Memory: one folder's names. One thread. */
final class StoredBefore {
    private final CatalogState stored;
    private final Map<String, ObjectEntry> names = new HashMap<>();
    private @Nullable String folder;

    StoredBefore(CatalogState stored) {
        this.stored = stored;
    }

    /** Whether it holds this very file, which has further names, under this one. */
    boolean has(ByteString path, long inode) throws IOException {
        String exact = "/" + path.toExactText();
        String in = exact.substring(0, exact.lastIndexOf('/') + 1);
        if (!in.equals(folder)) {
            names.clear();
            for (StateObject each : stored.folder(in)) {
                names.put(each.object().path(), each.object());
            }
            folder = in;
        }
        ObjectEntry found = names.get(exact);
        return found != null && found.inode() != 0 && found.inode() == inode;
    }
}
