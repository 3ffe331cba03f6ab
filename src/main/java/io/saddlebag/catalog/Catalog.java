package io.saddlebag.catalog;

import io.saddlebag.volume.StoredImage;
import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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

    /**
     * Takes over a backup whose writer is gone, to complete it (D6). It is the new job's from now on; objects from {@code offset} on are removed.
     * Of several who try at once one gets it.
     *
     * @param from the job that had it
     * @param offset in the tar stream, bytes
     * @throws io.saddlebag.fault.BackupException {@link CatalogFault#NOT_COMPLETE} when it is complete, abandoned, or another
     *     job's by now; {@link CatalogFault#NO_SUCH_BACKUP}
     */
    Writing goOn(BackupId id, String from, String to, long offset) throws IOException;

    /**
     * Adds what was learnt of a complete backup after it was written, in the place of facts of the same names; durable on return.
     *
     * @throws io.saddlebag.fault.BackupException {@link CatalogFault#NO_SUCH_BACKUP}, or {@link CatalogFault#NOT_COMPLETE}
     */
    void addFacts(BackupId id, Map<String, String> facts) throws IOException;

    /** Marks a backup that will never be completed, after its writer died. No effect on a complete one. */
    void abandon(BackupId id, String cause) throws IOException;

    Optional<Backup> find(BackupId id) throws IOException;

    /** The backup of that image: the complete one where there are several, else the newest. */
    Optional<Backup> findImage(String imageId) throws IOException;

    /** All that match, the oldest first: in the order of their ids, whatever the clocks said. */
    List<Backup> backups(Filter filter) throws IOException;

    /** Ids of the complete backups of that name, the oldest first; as cheap as a list of ids is. */
    default List<BackupId> completeOf(String name) throws IOException {
        return backups(Filter.completeOf(name)).stream().map(Backup::id).toList();
    }

    /**
     * The state that backups make up, each on top of the one before (D2).
     *
     * @param oldestFirst a full one and what was made on top of it
     */
    CatalogState state(List<BackupId> oldestFirst);

    /**
     * Hands over the backup's objects (not its deletions) whose path is, or is below, the given one ({@code ""} for all), in image order.
     *
     * @throws io.saddlebag.fault.BackupException {@link CatalogFault#NO_SUCH_BACKUP}, or {@link CatalogFault#NOT_COMPLETE}
     *     while it is being written and after it was abandoned
     */
    void objects(BackupId id, String path, Consumer<ObjectEntry> sink) throws IOException;

    /**
     * The backup's objects (not its deletions) that are directly in a folder, in the order of their names' bytes.
     *
     * @param folder with the slash at its end
     * @param from the first name wanted, {@code ""} for all
     * @param atMost how many, at least 1
     * @throws io.saddlebag.fault.BackupException as {@link #objects}
     */
    List<ObjectEntry> inFolder(BackupId id, String folder, String from, int atMost) throws IOException;

    /**
     * Hands over what wasn't read as promised when the backup was made (D4), by path.
     *
     * @throws io.saddlebag.fault.BackupException as {@link #objects}
     */
    void flags(BackupId id, Consumer<ObjectFlag> sink) throws IOException;

    /**
     * Removes objects that abandoned backups left, in one short transaction. The backups themselves stay, so that their ids
     * explain themselves.
     *
     * @param atMost number of objects, at least 1
     * @return how many were removed; 0 when none is left
     */
    int removeAbandonedObjects(int atMost) throws IOException;

    /** A backup being written. One thread at a time. Closing it without {@link #complete} or {@link #leave} abandons it. */
    interface Writing extends Closeable {
        BackupId id();

        /**
         * Adds an object, or a deletion, which doesn't count as an object. They become durable in batches, at the latest with {@link #complete}; nobody sees them before.
         *
         * @throws io.saddlebag.fault.BackupException {@link CatalogFault#NOT_COMPLETE} when somebody abandoned the backup
         */
        void add(ObjectEntry object) throws IOException;

        /** On return all that was added is durable. */
        void sync() throws IOException;

        /** Ends the writing and leaves the backup as it is, so that it can be gone on with (D6). What was added since {@link #sync} may be lost. */
        void leave();

        /**
         * Flags an object (D4). Durable as objects are. One that the backup has is never taken for unchanged by a later backup,
         * provided that it was added before or with no time of change.
         *
         * @throws io.saddlebag.fault.BackupException {@link CatalogFault#NOT_COMPLETE} when somebody abandoned the backup
         */
        void flag(ObjectFlag flag) throws IOException;

        /**
         * Makes it a backup: in one transaction with its sections. Call it only when the image is durable on media.
         *
         * @param dataBytes sum of the files' lengths
         * @throws io.saddlebag.fault.BackupException {@link CatalogFault#NOT_COMPLETE} when somebody abandoned it,
         *     {@link CatalogFault#DUPLICATE_IMAGE} when the image is in the catalog as complete
         */
        Backup complete(StoredImage image, long dataBytes, Instant at) throws IOException;

        void abandon(String cause) throws IOException;
    }

    /** @param name empty for all; {@code completeOnly} leaves out what is being written, abandoned or lost */
    record Filter(Optional<String> name, boolean completeOnly) {
        public static final Filter ALL = new Filter(Optional.empty(), false);
        public static final Filter COMPLETE = new Filter(Optional.empty(), true);

        public static Filter completeOf(String name) {
            return new Filter(Optional.of(name), true);
        }
    }
}
