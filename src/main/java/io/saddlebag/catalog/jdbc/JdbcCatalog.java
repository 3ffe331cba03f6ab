package io.saddlebag.catalog.jdbc;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.CatalogFault;
import io.saddlebag.catalog.CatalogState;
import io.saddlebag.catalog.NewBackup;
import io.saddlebag.catalog.ObjectEntry;
import io.saddlebag.catalog.ObjectFlag;
import io.saddlebag.fault.BackupException;
import io.saddlebag.store.jdbc.JdbcStore;
import io.saddlebag.store.jdbc.JsonColumn;
import io.saddlebag.store.jdbc.Sql;
import io.saddlebag.store.jdbc.StoreFaults;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** {@link Catalog} in a {@link JdbcStore}. */
public final class JdbcCatalog implements Catalog {
    /** How a store opened for the catalog names its failures. */
    public static final StoreFaults FAULTS = new StoreFaults(
            CatalogFault.UNAVAILABLE, CatalogFault.OUT_OF_SPACE, CatalogFault.CORRUPT, CatalogFault.NEWER_SCHEMA);

    /** Objects of one transaction: about 4 MiB of heap, and few enough fsyncs not to be seen. */
    private static final int BATCH_OBJECTS = 20_000;

    private final JdbcStore store;
    private final int batchObjects;

    /** @param store not closed with the catalog */
    public JdbcCatalog(JdbcStore store) {
        this(store, BATCH_OBJECTS);
    }

    /** @param batchObjects objects recorded in one transaction, at least 1 */
    JdbcCatalog(JdbcStore store, int batchObjects) {
        this.store = store;
        this.batchObjects = batchObjects;
    }

    int batchObjects() {
        return batchObjects;
    }

    @Override
    public Writing begin(NewBackup about) throws IOException {
        BackupId id = store.write("beginning a backup of " + about.name(), connection -> {
            BackupId given = new BackupId(Sql.next(connection, "backup"));
            Sql.run(
                    connection,
                    "insert into backup (id, image_id, name, database_name, job, host, taken_at, consistency, layers,"
                            + " facts, state) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'WRITING')",
                    given.value(),
                    about.imageId(),
                    about.name(),
                    about.database(),
                    about.job(),
                    about.host(),
                    about.at().toString(),
                    about.consistency(),
                    JsonColumn.of(about.layers()),
                    JsonColumn.of(about.facts()));
            return given;
        });
        return new JdbcWriting(store, this, id, about, ObjectRows.Count.NONE);
    }

    @Override
    public Writing goOn(BackupId id, String from, String to, long offset) throws IOException {
        ObjectRows.Count kept = store.write("going on with backup " + id, connection -> {
            int taken = Sql.run(
                    connection,
                    "update backup set job = ? where id = ? and job = ? and state = 'WRITING'",
                    to,
                    id.value(),
                    from);
            if (taken == 0) {
                Backup found = BackupRows.find(connection, id).orElseThrow(() -> noSuch(id));
                throw notComplete(
                        id,
                        found.state(),
                        "job " + to + " can't go on with it; it is job "
                                + found.about().job() + "'s");
            }
            FlagRows.removeBehind(connection, id, offset);
            Sql.run(connection, "delete from object where backup = ? and place >= ?", id.value(), offset);
            return ObjectRows.count(connection, id);
        });
        Backup taken = find(id).orElseThrow(() -> noSuch(id));
        return new JdbcWriting(store, this, id, taken.about(), kept);
    }

    @Override
    public void addFacts(BackupId id, Map<String, String> facts) throws IOException {
        store.change("adding facts to backup " + id, connection -> {
            Backup backup = BackupRows.find(connection, id).orElseThrow(() -> noSuch(id));
            if (backup.state() != Backup.State.COMPLETE) {
                throw notComplete(id, backup.state(), "facts are added to complete ones only");
            }
            Map<String, String> all = new TreeMap<>(backup.about().facts());
            all.putAll(facts);
            Sql.run(connection, "update backup set facts = ? where id = ?", JsonColumn.of(all), id.value());
        });
    }

    @Override
    public void abandon(BackupId id, String cause) throws IOException {
        store.change(
                "abandoning backup " + id,
                connection -> Sql.run(
                        connection,
                        "update backup set state = 'ABANDONED', cause = ? where id = ? and state = 'WRITING'",
                        cause,
                        id.value()));
    }

    @Override
    public Optional<Backup> find(BackupId id) throws IOException {
        return store.read("reading backup " + id, connection -> BackupRows.find(connection, id));
    }

    @Override
    public Optional<Backup> findImage(String imageId) throws IOException {
        return store.read("looking for image " + imageId, connection -> BackupRows.findImage(connection, imageId));
    }

    @Override
    public List<Backup> backups(Filter filter) throws IOException {
        return store.read("listing backups", connection -> BackupRows.list(connection, filter));
    }

    @Override
    public List<BackupId> completeOf(String name) throws IOException {
        return store.read(
                "listing backups of " + name,
                connection -> Sql.list(
                        connection,
                        "select id from backup where name = ? and state = 'COMPLETE' order by id",
                        row -> new BackupId(row.getLong(1)),
                        name));
    }

    @Override
    public CatalogState state(List<BackupId> oldestFirst) {
        return new JdbcState(store, oldestFirst);
    }

    @Override
    public void objects(BackupId id, String path, Consumer<ObjectEntry> sink) throws IOException {
        store.read("reading objects of backup " + id, connection -> {
            requireReadable(connection, id);
            return ObjectRows.read(connection, id, path, sink);
        });
    }

    @Override
    public List<ObjectEntry> inFolder(BackupId id, String folder, String from, int atMost) throws IOException {
        if (atMost < 1) {
            throw new IllegalArgumentException("at least one object is asked for, not " + atMost);
        }
        return store.read("reading objects of backup " + id, connection -> {
            requireReadable(connection, id);
            return ObjectRows.inFolder(connection, id, folder, from, atMost);
        });
    }

    @Override
    public int removeAbandonedObjects(int atMost) throws IOException {
        if (atMost < 1) {
            throw new IllegalArgumentException("at least one object is removed, not " + atMost);
        }
        return store.write("removing objects of abandoned backups", connection -> ObjectRows.purge(connection, atMost));
    }

    @Override
    public void flags(BackupId id, Consumer<ObjectFlag> sink) throws IOException {
        store.read("reading flags of backup " + id, connection -> {
            requireReadable(connection, id);
            FlagRows.read(connection, id, sink);
            return id;
        });
    }

    /** The store stays open: others stand on it, too. */
    @Override
    public void close() {}

    private static void requireReadable(Connection connection, BackupId id) throws SQLException, BackupException {
        Backup.State state = BackupRows.state(connection, id).orElseThrow(() -> noSuch(id));
        if (state == Backup.State.WRITING || state == Backup.State.ABANDONED) {
            throw notComplete(id, state, "its objects can't be listed");
        }
    }

    static BackupException noSuch(BackupId id) {
        return new BackupException(
                CatalogFault.NO_SUCH_BACKUP,
                "the catalog has not got backup " + id,
                "'saddlebag lsbu' lists those it has.");
    }

    static BackupException notComplete(BackupId id, Backup.State state, String consequence) {
        return new BackupException(
                CatalogFault.NOT_COMPLETE,
                "backup " + id + " is " + state.name().toLowerCase(Locale.ROOT) + ", so " + consequence,
                "Read the transcript of the job that made it; 'saddlebag lsbu' lists the complete ones.");
    }
}
