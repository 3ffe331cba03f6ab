package io.saddlebag.backup;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.CatalogFault;
import io.saddlebag.catalog.ImageCopies;
import io.saddlebag.catalog.ImageCopy;
import io.saddlebag.fault.BackupException;
import io.saddlebag.job.JobRun;
import io.saddlebag.media.Lane;
import io.saddlebag.media.PoolFile;
import io.saddlebag.pool.Pool;
import io.saddlebag.pool.PoolTerms;
import io.saddlebag.protection.BackupRights;
import io.saddlebag.protection.FileRights;
import io.saddlebag.volume.ImageToStore;
import io.saddlebag.volume.StoredImage;
import java.io.IOException;
import java.io.InputStream;
import java.util.stream.Stream;

/** Copies images as they are stored, byte for byte, into another pool, so that a restore has something to turn to (R5). Thread-safe. */
public final class ImageCopying {
    private final Catalog catalog;
    private final ImageCopies copies;
    private final Source source;

    public ImageCopying(Catalog catalog, ImageCopies copies, Source source) {
        this.catalog = catalog;
        this.copies = copies;
        this.source = source;
    }

    /**
     * Copies one image. On return its files and the catalog's record are durable. No key is needed: nothing is unpacked.
     *
     * @param job reads, and gets the remarks
     * @throws BackupException {@link CatalogFault#NO_SUCH_BACKUP}, {@link CatalogFault#NOT_COMPLETE},
     *     {@link CatalogFault#DUPLICATE_IMAGE} when it is in that pool, {@link BackupFault#NOT_COPIED} for one that several
     *     drives wrote, {@link CatalogFault#OTHER_KEYS} when it was given other keys meanwhile; or as reading and writing do, and then nothing is in that pool
     */
    public ImageCopy copy(BackupId id, Pool pool, JobRun job) throws IOException, InterruptedException {
        Backup backup = requireCopiable(id, pool);
        ImageToStore image = new ImageToStore(
                backup.about().imageId(),
                Lane.ONLY,
                backup.about().name(),
                backup.about().job(),
                "",
                backup.about().host(),
                backup.about().layers(),
                backup.about().at());
        // a copy is as protected as what it is a copy of
        FileRights rights = BackupRights.of(backup.about().facts())
                .said()
                .or(pool.settings().rights());
        pool.requireReady();
        pool.requireRights(rights);
        StoredImage stored;
        try (InputStream data = source.open(backup, job)) {
            // of no family: an expiry would have to be told to those who prune the pool, which know nothing of copies
            stored = pool.store(image, new PoolTerms(null, rights), data);
        }
        ImageCopy copy = record(backup, stored, pool);
        job.transcript().line("copy " + copy.number() + " of backup " + id + ": " + copy.place());
        return copy;
    }

    /** A copy that was made of the image as it was before it got other keys is of no use, and nobody would ever look for it. */
    private ImageCopy record(Backup backup, StoredImage stored, Pool pool) throws IOException {
        try {
            return copies.record(backup, stored.files());
        } catch (BackupException e) {
            if (e.is(CatalogFault.OTHER_KEYS) && pool.files().canRemove()) {
                pool.discard(stored);
            }
            throw e;
        }
    }

    private Backup requireCopiable(BackupId id, Pool pool) throws IOException {
        Backup backup = catalog.find(id)
                .orElseThrow(() -> new BackupException(
                        CatalogFault.NO_SUCH_BACKUP,
                        "the catalog has not got backup " + id,
                        "'saddlebag lsbu' lists those it has."));
        if (backup.state() != Backup.State.COMPLETE) {
            throw new BackupException(
                    CatalogFault.NOT_COMPLETE, "backup " + id + " is not complete", "Choose a complete one.");
        }
        boolean there = Stream.concat(
                        backup.files().stream(), copies.of(id).stream().flatMap(each -> each.files().stream()))
                .map(PoolFile::pool)
                .anyMatch(pool.name()::equals);
        if (there) {
            throw new BackupException(
                    CatalogFault.DUPLICATE_IMAGE,
                    "image " + backup.about().imageId() + " of backup " + id + " is in pool " + pool.name()
                            + " already",
                    "Copy it to another pool.");
        }
        if (backup.lanes() > 1) {
            throw new BackupException(
                    BackupFault.NOT_COPIED,
                    "the image of backup " + id + " was written by " + backup.lanes()
                            + " drives at once, and is no single stream",
                    "Make another backup with one drive, or into a pool.");
        }
        return backup;
    }

    /** Where stored images are read from. */
    @FunctionalInterface
    public interface Source {
        /** The stored bytes; end of stream is reported only when every section was whole. */
        InputStream open(Backup backup, JobRun job) throws IOException, InterruptedException;
    }
}
