package io.saddlebag.catalog;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * What a chain of backups comes to: of each path the newest object, unless it was deleted since. Nothing of it is kept in
 * memory. Thread-safe. Failures are those of {@link Catalog}.
 */
public interface CatalogState {
    /**
     * What is right in a folder, in no order. All of one folder is in memory at once.
     *
     * @param folder with its last slash; {@code ""} has the name without any slash
     */
    List<StateObject> folder(String folder) throws IOException;

    /**
     * How much of the state each backup holds; backups that hold nothing of it are missing.
     *
     * @param path counts, with all that is below it; {@code ""} for everything
     */
    Map<BackupId, Share> shares(String path) throws IOException;

    /**
     * @param objects how many
     * @param bytes the sum of their lengths
     */
    record Share(long objects, long bytes) {
        public Share plus(Share other) {
            return new Share(objects + other.objects, bytes + other.bytes);
        }
    }
}
