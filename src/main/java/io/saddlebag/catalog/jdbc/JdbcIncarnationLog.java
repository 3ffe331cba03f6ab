package io.saddlebag.catalog.jdbc;

import io.saddlebag.incarnation.Incarnation;
import io.saddlebag.incarnation.IncarnationLog;
import io.saddlebag.recovery.LogPosition;
import io.saddlebag.store.jdbc.JdbcStore;
import io.saddlebag.store.jdbc.Sql;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** {@link IncarnationLog} in a {@link JdbcStore}. */
public final class JdbcIncarnationLog implements IncarnationLog {
    private final JdbcStore store;

    /** @param store not closed with the log */
    public JdbcIncarnationLog(JdbcStore store) {
        this.store = store;
    }

    @Override
    public List<Incarnation> list(String database) throws IOException {
        return store.read(
                "listing incarnations of " + database,
                connection -> Sql.list(
                        connection,
                        "select number, parent, reset_at, first_sequence, opened, cause from incarnation"
                                + " where database_name = ? order by number",
                        JdbcIncarnationLog::read,
                        database));
    }

    @Override
    public void record(String database, Incarnation incarnation) throws IOException {
        LogPosition reset = incarnation.reset();
        Instant opened = incarnation.opened();
        store.change(
                "recording incarnation " + incarnation.number() + " of " + database,
                connection -> Sql.run(
                        connection,
                        "insert into incarnation (database_name, number, parent, reset_at, first_sequence, opened, cause)"
                                + " values (?, ?, ?, ?, ?, ?, ?) on conflict (database_name, number) do update set"
                                + " parent = excluded.parent, reset_at = excluded.reset_at,"
                                + " first_sequence = excluded.first_sequence, opened = excluded.opened,"
                                + " cause = excluded.cause",
                        database,
                        incarnation.number(),
                        incarnation.parent(),
                        reset == null ? null : reset.toString(),
                        incarnation.sequence(),
                        opened == null ? null : opened.toString(),
                        incarnation.cause()));
    }

    @Override
    public Optional<Choice> choice(String database) throws IOException {
        return store.read(
                "reading the incarnation of " + database,
                connection -> Sql.first(
                        connection,
                        "select number, highest from incarnation_choice where database_name = ?",
                        row -> new Choice(row.getLong(1), row.getLong(2)),
                        database));
    }

    @Override
    public void choose(String database, Choice choice) throws IOException {
        store.change(
                "resetting " + database + " to incarnation " + choice.number(),
                connection -> Sql.run(
                        connection,
                        "insert into incarnation_choice (database_name, number, highest) values (?, ?, ?)"
                                + " on conflict (database_name) do update set number = excluded.number,"
                                + " highest = excluded.highest",
                        database,
                        choice.number(),
                        choice.highest()));
    }

    private static Incarnation read(ResultSet row) throws SQLException {
        String reset = row.getString(3);
        String opened = row.getString(5);
        return new Incarnation(
                row.getLong(1),
                row.getLong(2),
                reset == null ? null : LogPosition.parse(reset),
                row.getLong(4),
                opened == null ? null : Instant.parse(opened),
                null,
                row.getString(6));
    }
}
