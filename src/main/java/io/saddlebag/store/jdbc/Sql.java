package io.saddlebag.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Single statements with their values, for the few rows of bookkeeping; what is bulky prepares its own. */
public final class Sql {
    private Sql() {}

    /** Turns the current row into a value. */
    @FunctionalInterface
    public interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** @return the number of rows changed */
    public static int run(Connection connection, String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql, values)) {
            return statement.executeUpdate();
        }
    }

    /** All rows; for results that are known to be small. */
    public static <T> List<T> list(Connection connection, String sql, Row<T> row, @Nullable Object... values)
            throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql, values);
                ResultSet rows = statement.executeQuery()) {
            List<T> all = new ArrayList<>();
            while (rows.next()) {
                all.add(row.read(rows));
            }
            return all;
        }
    }

    public static <T> Optional<T> first(Connection connection, String sql, Row<T> row, @Nullable Object... values)
            throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql, values);
                ResultSet rows = statement.executeQuery()) {
            return rows.next() ? Optional.of(row.read(rows)) : Optional.empty();
        }
    }

    /**
     * The next number of a sequence, from 1. Given once and never again as soon as the transaction is committed, whatever
     * is deleted later.
     */
    public static long next(Connection connection, String sequence) throws SQLException {
        run(
                connection,
                "insert into number_sequence (name, last) values (?, 1)"
                        + " on conflict (name) do update set last = number_sequence.last + 1",
                sequence);
        return first(connection, "select last from number_sequence where name = ?", row -> row.getLong(1), sequence)
                .orElseThrow();
    }

    private static PreparedStatement prepare(Connection connection, String sql, @Nullable Object... values)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            return statement;
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }
}
