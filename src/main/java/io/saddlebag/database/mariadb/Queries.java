package io.saddlebag.database.mariadb;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Questions and their answers as text. */
final class Queries {
    private Queries() {}

    /** The first column of the one row; empty for null. */
    static String text(Connection connection, String query) throws SQLException {
        List<List<String>> rows = rows(connection, query);
        if (rows.isEmpty()) {
            throw new SQLException("no row from " + query);
        }
        return rows.get(0).get(0);
    }

    /** All rows and columns, of answers that are known to be short; empty for null. */
    static List<List<String>> rows(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery(query)) {
            List<List<String>> rows = new ArrayList<>();
            while (answer.next()) {
                List<String> columns = new ArrayList<>();
                for (int i = 1; i <= answer.getMetaData().getColumnCount(); i++) {
                    String value = answer.getString(i);
                    columns.add(value == null ? "" : value);
                }
                rows.add(columns);
            }
            return rows;
        }
    }

    static void run(Connection connection, String command) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(command);
        }
    }

    /** As an identifier. */
    static String named(String identifier) {
        return "`" + identifier.replace("`", "``") + "`";
    }
}
