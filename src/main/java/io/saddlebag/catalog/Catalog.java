package io.saddlebag.catalog;

import io.saddlebag.volume.StoredImage;
import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What was backed up and where it is (C1, C2). Every change is durable on return. Thread-safe, also across processes.
 *
 * <p>Failures are {@link io.saddlebag.fault.BackupException}s with a {@link CatalogFault}; a full disk is
 * {@link CatalogFault#OUT_OF_SPACE} and leaves the catalog as it was.
 */
public interface Catalog extends Closeable {
    /** Gives the backup an id and opens it for its objects. It is no backup until {@link Writing#complete}. */
    Writing begin(NewBackup backup) throws IOException;

    /** Marks a backup that will never be completed, after its writer died. No effect on a complete one. */
    void abandon(BackupId id, String cause) throws IOException;

    Optional<Backup> find(BackupId id) throws IOException;

    Optional<Backup> findImage(String imageId) throws IOException;

    /** All that match, the oldest first. */
    List<Backup> backups(Filter filter) throws IOException;

    /** Hands over the backup's objects whose path is, or is below, the given one ({@code ""} for all), in image order. */
    void objects(BackupId id, String path, Consumer<ObjectEntry> sink) throws IOException;

    /** A backup being written. One thread at a time. Closing it without {@link #complete} abandons it. */
    interface Writing extends Closeable {
        BackupId id();

        void add(ObjectEntry object) throws IOException;

        /**
         * Makes it a backup: in one transaction with its sections. Call it only when the image is durable on media.
         *
         * @param dataBytes sum of the files' lengths
         */
        Backup complete(StoredImage image, long dataBytes, Instant at) throws IOException;

        void abandon(String cause) throws IOException;
    }

    /** @param name empty for all; {@code completeOnly} leaves out what is being written or was abandoned */
    record Filter(Optional<String> name, boolean completeOnly) {
        public static final Filter ALL = new Filter(Optional.empty(), false);
        public static final Filter COMPLETE = new Filter(Optional.empty(), true);

        public static Filter completeOf(String name) {
            return new Filter(Optional.of(name), true);
        }
    }
}
