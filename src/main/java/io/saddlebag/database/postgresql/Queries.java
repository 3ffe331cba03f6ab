package io.saddlebag.database.postgresql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Questions with one row as the answer. */
final class Queries {
    private Queries() {}

    /** The first column; empty for null. */
    static String text(Connection connection, String query) throws SQLException {
        return row(connection, query).get(0);
    }

    static boolean isTrue(Connection connection, String query) throws SQLException {
        return text(connection, query).equals("t");
    }

    /** All columns; empty for null. */
    static List<String> row(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery(query)) {
            if (!answer.next()) {
                throw new SQLException("no row from " + query);
            }
            List<String> columns = new ArrayList<>();
            for (int i = 1; i <= answer.getMetaData().getColumnCount(); i++) {
                String value = answer.getString(i);
                columns.add(value == null ? "" : value);
            }
            return columns;
        }
    }

    /** The first column of all rows; empty for null. */
    static List<String> column(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery(query)) {
            List<String> values = new ArrayList<>();
            while (answer.next()) {
                String value = answer.getString(1);
                values.add(value == null ? "" : value);
            }
            return values;
        }
    }

    static void run(Connection connection, String command) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(command);
        }
    }

    /** As a literal. */
    static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
