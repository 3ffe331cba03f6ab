package io.saddlebag.node;

import io.saddlebag.catalog.Backup;
import io.saddlebag.fault.BackupException;
import io.saddlebag.pool.FoundImage;
import io.saddlebag.pool.Pool;
import io.saddlebag.pool.PoolFault;
import io.saddlebag.pool.PoolScan;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** Reads the images of a pool into the catalog (C1). */
public final class PoolFilesImport {
    private final Node node;
    private final String pool;
    private final Consumer<String> notes;

    /** @param notes takes a line for each image */
    public PoolFilesImport(Node node, String pool, Consumer<String> notes) {
        this.node = node;
        this.pool = pool;
        this.notes = notes;
    }

    /**
     * @param named files below the pool's folder, as in {@code nightly/image-4f1c.1.tar.zst}; empty for all that are there
     * @return the backups that the catalog didn't know before
     */
    public List<Backup> run(List<String> named) throws IOException, InterruptedException {
        Pool from = node.pool(pool);
        from.requireReady();
        PoolScan scan = named.isEmpty() ? PoolScan.of(from) : PoolScan.of(from, named);
        List<FoundImage> found = scan.images();
        if (!named.isEmpty() && found.isEmpty()) {
            throw new BackupException(
                    PoolFault.FOREIGN,
                    "none of " + String.join(", ", named) + " is called as an image in a pool is",
                    "Name files as in nightly/image-4f1c.1.tar.zst.");
        }
        return node.poolImports().importAll(from, found, new NotedTranscript(notes));
    }
}
