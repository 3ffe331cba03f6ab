package io.saddlebag.catalog;

import java.io.IOException;
import java.util.Map;

/**
 * What a chain of backups comes to: of each path the newest object, unless it was deleted since. Nothing of it is kept in
 * memory. Thread-safe. Failures are those of {@link Catalog}.
 */
public interface CatalogState {
    /**
     * What is right in a folder, a piece at a time (Q9).
     *
     * @param folder with its last slash; {@code ""} has the name without any slash
     * @param from the first name wanted, {@code ""} for all
     * @param atMost names in the piece, at least 1; it may have fewer and still not be the last
     */
    StatePage folder(String folder, String from, int atMost) throws IOException;

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
