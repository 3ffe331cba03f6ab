package io.saddlebag.catalog.jdbc;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.CatalogFault;
import io.saddlebag.catalog.NewBackup;
import io.saddlebag.catalog.ObjectEntry;
import io.saddlebag.catalog.ObjectFlag;
import io.saddlebag.fault.BackupException;
import io.saddlebag.media.PoolFile;
import io.saddlebag.store.jdbc.JdbcStore;
import io.saddlebag.store.jdbc.Sql;
import io.saddlebag.volume.StoredImage;
import io.saddlebag.volume.StoredSection;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Collects objects and stores them batch by batch, each in a short transaction, so that others get to write as well. */
final class JdbcWriting implements Catalog.Writing {
    private final JdbcStore store;
    private final JdbcCatalog catalog;
    private final BackupId id;
    private final NewBackup about;
    private final DirectoryIds directories = new DirectoryIds();
    private final List<ObjectEntry> batch = new ArrayList<>();
    private final List<ObjectFlag> flags = new ArrayList<>();
    private long stored;
    private long deletions;
    private boolean ended;

    JdbcWriting(JdbcStore store, JdbcCatalog catalog, BackupId id, NewBackup about) {
        this.store = store;
        this.catalog = catalog;
        this.id = id;
        this.about = about;
    }

    @Override
    public BackupId id() {
        return id;
    }

    @Override
    public void add(ObjectEntry object) throws IOException {
        requireOpen();
        batch.add(object);
        deletions += object.isDeletion() ? 1 : 0;
        flushWhenFull();
    }

    @Override
    public void flag(ObjectFlag flag) throws IOException {
        requireOpen();
        flags.add(flag);
        flushWhenFull();
    }

    private void flushWhenFull() throws IOException {
        if (batch.size() + flags.size() >= catalog.batchObjects()) {
            store.change("recording objects of backup " + id, this::flush);
            flushed();
        }
    }

    @Override
    public Backup complete(StoredImage image, long dataBytes, Instant at) throws IOException {
        requireOpen();
        if (!image.image().imageId().equals(about.imageId())) {
            throw new IllegalArgumentException("backup " + id + " is of image " + about.imageId() + ", not of "
                    + image.image().imageId());
        }
        store.change("completing backup " + id, connection -> {
            flush(connection);
            requireNew(connection);
            for (StoredSection section : image.sections()) {
                BackupRows.insertSection(connection, id, section);
            }
            for (PoolFile file : image.files()) {
                PoolFileRows.insert(connection, id, file);
            }
            Sql.run(
                    connection,
                    "update backup set state = 'COMPLETE', objects = ?, data_bytes = ?, image_bytes = ?,"
                            + " completed_at = ? where id = ?",
                    stored + batch.size() - deletions,
                    dataBytes,
                    image.bytes(),
                    at.toString(),
                    id.value());
        });
        flushed();
        ended = true;
        return catalog.find(id).orElseThrow(() -> JdbcCatalog.noSuch(id));
    }

    @Override
    public void abandon(String cause) throws IOException {
        if (!ended) {
            ended = true;
            batch.clear();
            flags.clear();
            catalog.abandon(id, cause);
        }
    }

    @Override
    public void close() throws IOException {
        abandon("its writer ended before it was complete");
    }

    private void flush(Connection connection) throws SQLException, IOException {
        Backup.State state = BackupRows.state(connection, id).orElseThrow(() -> JdbcCatalog.noSuch(id));
        if (state != Backup.State.WRITING) {
            throw JdbcCatalog.notComplete(id, state, "nothing more is recorded for it");
        }
        ObjectRows.insert(connection, id, batch, directories);
        FlagRows.insert(connection, id, flags);
    }

    /** Only once it is committed. */
    private void flushed() {
        directories.committed();
        stored += batch.size();
        batch.clear();
        flags.clear();
    }

    private void requireNew(Connection connection) throws SQLException, BackupException {
        boolean known = BackupRows.findImage(connection, about.imageId())
                .filter(other -> other.state() == Backup.State.COMPLETE)
                .isPresent();
        if (known) {
            throw new BackupException(
                    CatalogFault.DUPLICATE_IMAGE,
                    "image " + about.imageId() + " is in the catalog already, so backup " + id + " is not completed",
                    "Nothing is to be done: 'saddlebag lsbu' shows it.");
        }
    }

    private void requireOpen() {
        if (ended) {
            throw new IllegalStateException("backup " + id + " is no longer being written");
        }
    }
}
