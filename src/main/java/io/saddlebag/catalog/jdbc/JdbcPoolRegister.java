package io.saddlebag.catalog.jdbc;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.ImageCopy;
import io.saddlebag.catalog.PoolRegister;
import io.saddlebag.catalog.PooledBackup;
import io.saddlebag.catalog.Renewal;
import io.saddlebag.media.PoolFile;
import io.saddlebag.store.jdbc.JdbcStore;
import io.saddlebag.store.jdbc.Sql;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@link PoolRegister} in a {@link JdbcStore}. All files of an image go through the same stages at once. */
public final class JdbcPoolRegister implements PoolRegister {
    private final JdbcStore store;

    /** @param store not closed with the register */
    public JdbcPoolRegister(JdbcStore store) {
        this.store = store;
    }

    @Override
    public List<PooledBackup> images(String pool) throws IOException {
        return store.read("listing the images of pool " + pool, connection -> {
            List<PooledBackup> all = new ArrayList<>();
            for (Row row : rows(connection, pool)) {
                Optional<Backup> backup = BackupRows.find(connection, row.id);
                backup.ifPresent(it -> all.add(new PooledBackup(it, row.stage, row.generation, row.newestBackup)));
            }
            return all;
        });
    }

    @Override
    public boolean hasImages(String pool) throws IOException {
        return store.read(
                "looking for images in pool " + pool,
                connection -> Sql.first(
                                connection,
                                "select 1 from pool_file where pool = ? and state <> 'REMOVED' limit 1",
                                row -> row.getInt(1),
                                pool)
                        .isPresent());
    }

    @Override
    public long beginRun() throws IOException {
        return store.write("beginning a run of removal", connection -> Sql.next(connection, "pool-generation"));
    }

    @Override
    public boolean mark(BackupId id, long run, String cause) throws IOException {
        return store.write("marking backup " + id + " for removal", connection -> {
            int was = Sql.run(
                    connection,
                    "update backup set state = 'LOST', cause = ? where id = ? and state = 'COMPLETE' and id in"
                            + " (select backup from pool_file where state = 'PRESENT')"
                            + " and id not in (select backup from pool_renewal)",
                    cause,
                    id.value());
            if (was == 0) {
                return false;
            }
            Sql.run(
                    connection,
                    "update pool_file set state = 'MARKED', generation = ? where backup = ?",
                    run,
                    id.value());
            return true;
        });
    }

    @Override
    public void quarantined(BackupId id, long run) throws IOException {
        store.change(
                "recording the quarantine of backup " + id,
                connection -> Sql.run(
                        connection,
                        "update pool_file set state = 'QUARANTINED', generation = ?, newest_backup ="
                                + " (select max(id) from backup) where backup = ? and state = 'MARKED'",
                        run,
                        id.value()));
    }

    @Override
    public void reinstated(BackupId id) throws IOException {
        store.change("taking back the removal of backup " + id, connection -> {
            int was = Sql.run(
                    connection,
                    "update pool_file set state = 'PRESENT', generation = 0, newest_backup = 0"
                            + " where backup = ? and state in ('MARKED', 'QUARANTINED')",
                    id.value());
            if (was > 0) {
                Sql.run(
                        connection,
                        "update backup set state = 'COMPLETE', cause = null where id = ? and state = 'LOST'",
                        id.value());
            }
        });
    }

    @Override
    public boolean removed(BackupId id, long run) throws IOException {
        return store.write(
                "recording the removal of backup " + id,
                connection -> Sql.run(
                                connection,
                                "update pool_file set state = 'REMOVED', generation = ?"
                                        + " where backup = ? and state = 'QUARANTINED' and generation < ?",
                                run,
                                id.value(),
                                run)
                        > 0);
    }

    @Override
    public Optional<BackupId> backupOf(String pool, String path) throws IOException {
        return store.read(
                "looking for file " + path + " of pool " + pool,
                connection -> Sql.first(
                        connection,
                        "select max(backup) from (select backup from pool_file where pool = ? and path = ? and state <> 'REMOVED'"
                                + " union all select backup from image_copy_file where pool = ? and path = ?) has"
                                + " having count(*) > 0",
                        row -> new BackupId(row.getLong(1)),
                        pool,
                        path,
                        pool,
                        path));
    }

    @Override
    public List<PoolFile> truths(String pool, String path) throws IOException {
        return store.read(
                "looking what file " + path + " of pool " + pool + " may be",
                connection -> RenewalRows.truths(connection, pool, path));
    }

    @Override
    public Optional<String> renew(Renewal renewal, Backup was, List<ImageCopy> copies) throws IOException {
        return store.write("recording what the files of backup " + renewal.backup() + " become", connection -> {
            Optional<String> obstacle = RenewalRows.obstacle(connection, renewal, was, copies);
            if (obstacle.isEmpty()) {
                RenewalRows.insert(connection, renewal);
            }
            return obstacle;
        });
    }

    @Override
    public Optional<Renewal> renewal(BackupId backup) throws IOException {
        return store.read(
                "looking what the files of backup " + backup + " become",
                connection -> RenewalRows.find(connection, backup));
    }

    @Override
    public List<Renewal> renewals() throws IOException {
        return store.read("listing images that are given other keys", connection -> {
            List<Renewal> all = new ArrayList<>();
            for (BackupId backup : RenewalRows.backups(connection)) {
                RenewalRows.find(connection, backup).ifPresent(all::add);
            }
            return all;
        });
    }

    @Override
    public void renewed(Renewal renewal) throws IOException {
        store.change("recording that the files of backup " + renewal.backup() + " are new", connection -> {
            if (RenewalRows.find(connection, renewal.backup()).equals(Optional.of(renewal))) {
                RenewalRows.apply(connection, renewal);
                RenewalRows.delete(connection, renewal.backup());
            }
        });
    }

    @Override
    public Optional<String> takeOver(Renewal renewal, Backup was) throws IOException {
        return store.write("recording what the files of backup " + renewal.backup() + " became", connection -> {
            // of an image with copies nobody has proven what those are
            Optional<String> obstacle = RenewalRows.obstacle(connection, renewal, was, List.of());
            if (obstacle.isEmpty()) {
                RenewalRows.apply(connection, renewal);
            }
            return obstacle;
        });
    }

    @Override
    public void dropRenewal(Renewal renewal) throws IOException {
        store.change("recording that the files of backup " + renewal.backup() + " stay", connection -> {
            if (RenewalRows.find(connection, renewal.backup()).equals(Optional.of(renewal))) {
                RenewalRows.delete(connection, renewal.backup());
            }
        });
    }

    private static List<Row> rows(Connection connection, String pool) throws SQLException {
        return Sql.list(
                connection,
                "select distinct backup, state, generation, newest_backup from pool_file where pool = ? order by backup",
                JdbcPoolRegister::row,
                pool);
    }

    private static Row row(ResultSet row) throws SQLException {
        return new Row(
                new BackupId(row.getLong(1)),
                PooledBackup.Stage.valueOf(row.getString(2)),
                row.getLong(3),
                row.getLong(4));
    }

    private record Row(BackupId id, PooledBackup.Stage stage, long generation, long newestBackup) {}
}
