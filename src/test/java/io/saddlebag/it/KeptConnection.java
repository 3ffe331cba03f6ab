package io.saddlebag.it;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks a server again and again without a new connection for each question, which costs both a lot. One thread at a time. */
final class KeptConnection implements AutoCloseable {
    private final PairedWrites.Door door;
    private @Nullable Connection connection;

    KeptConnection(PairedWrites.Door door) {
        this.door = door;
    }

    /** The first column of the first row; empty for null. */
    synchronized String ask(String query) throws SQLException {
        List<String> rows = column(query);
        if (rows.isEmpty()) {
            throw new SQLException("no row from " + query);
        }
        return rows.get(0);
    }

    /** The first column of all rows. */
    synchronized List<String> column(String query) throws SQLException {
        Connection open = connection;
        if (open == null) {
            open = door.open();
            connection = open;
        }
        List<String> rows = new ArrayList<>();
        try (Statement statement = open.createStatement();
                ResultSet answer = statement.executeQuery(query)) {
            while (answer.next()) {
                String value = answer.getString(1);
                rows.add(value == null ? "" : value);
            }
        } catch (SQLException broken) {
            close();
            throw broken;
        }
        return rows;
    }

    /** What asks for nothing. */
    synchronized void run(String command) throws SQLException {
        Connection open = connection;
        if (open == null) {
            open = door.open();
            connection = open;
        }
        try (Statement statement = open.createStatement()) {
            statement.execute(command);
        } catch (SQLException broken) {
            close();
            throw broken;
        }
    }

    @Override
    public synchronized void close() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException gone) {
                // its server has been ended
            }
        }
    }
}
