package io.saddlebag.rehearsal;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.CatalogState;
import io.saddlebag.catalog.NewBackup;
import io.saddlebag.catalog.ObjectEntry;
import io.saddlebag.catalog.ObjectFlag;
import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A catalog that can be read only (W24). */
final class ReadOnlyCatalog implements Catalog {
    private final Catalog catalog;

    ReadOnlyCatalog(Catalog catalog) {
        this.catalog = catalog;
    }

    private static BackupException fenced() {
        return new BackupException(
                RehearsalFault.FENCED,
                "a rehearsal was about to change the catalog",
                "This is a defect; report it. The catalog is as it was.");
    }

    @Override
    public Writing begin(NewBackup backup) throws IOException {
        throw fenced();
    }

    @Override
    public Writing goOn(BackupId id, String from, String to, long offset) throws IOException {
        throw fenced();
    }

    @Override
    public void abandon(BackupId id, String cause) throws IOException {
        throw fenced();
    }

    @Override
    public Optional<Backup> find(BackupId id) throws IOException {
        return catalog.find(id);
    }

    @Override
    public Optional<Backup> findImage(String imageId) throws IOException {
        return catalog.findImage(imageId);
    }

    @Override
    public List<Backup> backups(Filter filter) throws IOException {
        return catalog.backups(filter);
    }

    @Override
    public CatalogState state(List<BackupId> oldestFirst) {
        return catalog.state(oldestFirst);
    }

    @Override
    public void objects(BackupId id, String path, Consumer<ObjectEntry> sink) throws IOException {
        catalog.objects(id, path, sink);
    }

    @Override
    public List<ObjectEntry> inFolder(BackupId id, String folder, String from, int atMost) throws IOException {
        return catalog.inFolder(id, folder, from, atMost);
    }

    @Override
    public void flags(BackupId id, Consumer<ObjectFlag> sink) throws IOException {
        catalog.flags(id, sink);
    }

    @Override
    public int removeAbandonedObjects(int atMost) throws IOException {
        throw fenced();
    }

    /** It is somebody else's. */
    @Override
    public void close() {}
}
