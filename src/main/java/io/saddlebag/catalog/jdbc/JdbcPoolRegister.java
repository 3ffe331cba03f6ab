package io.saddlebag.catalog.jdbc;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.PoolRegister;
import io.saddlebag.catalog.PooledBackup;
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
                            + " (select backup from pool_file where state = 'PRESENT')",
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
