package io.saddlebag.catalog.jdbc;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Rehearsal;
import io.saddlebag.catalog.RehearsalLog;
import io.saddlebag.store.jdbc.JdbcStore;
import io.saddlebag.store.jdbc.Sql;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@link RehearsalLog} in a {@link JdbcStore}. */
public final class JdbcRehearsalLog implements RehearsalLog {
    private static final String COLUMNS =
            "select database_name, backup, job, began, ended, proof, report, failure from rehearsal ";

    private final JdbcStore store;

    /** @param store not closed with the log */
    public JdbcRehearsalLog(JdbcStore store) {
        this.store = store;
    }

    @Override
    public void add(Rehearsal rehearsal) throws IOException {
        store.change(
                "recording the rehearsal of " + rehearsal.database(),
                connection -> Sql.run(
                        connection,
                        "insert into rehearsal (id, job, database_name, backup, began, ended, proof, report, failure)"
                                + " values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (job) do nothing",
                        Sql.next(connection, "rehearsal"),
                        rehearsal.job(),
                        rehearsal.database(),
                        rehearsal.backup().value(),
                        rehearsal.began().toString(),
                        rehearsal.ended().toString(),
                        rehearsal.proof().name(),
                        String.join("\n", rehearsal.report()),
                        rehearsal.failure()));
    }

    @Override
    public List<Rehearsal> list(@Nullable String database, int atMost) throws IOException {
        return store.read(
                "listing rehearsals",
                connection -> Sql.list(
                        connection,
                        COLUMNS + "where (? is null or database_name = ?) order by id desc limit ?",
                        JdbcRehearsalLog::read,
                        database,
                        database,
                        atMost));
    }

    @Override
    public Optional<Rehearsal> lastProven(String database) throws IOException {
        return store.read(
                "looking for the last rehearsal of " + database,
                connection -> Sql.first(
                        connection,
                        COLUMNS + "where database_name = ? and proof = ? and failure is null order by id desc limit 1",
                        JdbcRehearsalLog::read,
                        database,
                        Rehearsal.Proof.CHECKED.name()));
    }

    private static Rehearsal read(ResultSet row) throws SQLException {
        return new Rehearsal(
                row.getString(1),
                new BackupId(row.getLong(2)),
                row.getString(3),
                Instant.parse(row.getString(4)),
                Instant.parse(row.getString(5)),
                Rehearsal.Proof.valueOf(row.getString(6)),
                row.getString(7).lines().toList(),
                row.getString(8));
    }
}
