package io.saddlebag.catalog.jdbc;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.NameOrder;
import io.saddlebag.catalog.StateObject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * What several backups have in one folder, by name, read through the index as it is asked for: one query over all of them would sort the whole
 * folder for each page of it. Memory: a row of each backup (Q9). Of one backup, rows of one name come in the order of its image.
 */
final class FolderRows implements AutoCloseable {
    private static final String OF_ONE = "select " + ObjectRows.COLUMNS + " from directory d cross join object o"
            + " where d.path = ? and o.directory = d.id and o.backup = ? and o.name >= ? order by o.name, o.place";

    private final List<PreparedStatement> queries = new ArrayList<>();
    private final PriorityQueue<Cursor> cursors =
            new PriorityQueue<>(Comparator.comparing(Cursor::name, NameOrder::compare));
    private @Nullable Cursor current;

    FolderRows(Connection connection, List<BackupId> backups, String folder, String from) throws SQLException {
        try {
            for (BackupId backup : backups) {
                PreparedStatement query = connection.prepareStatement(OF_ONE);
                queries.add(query);
                query.setString(1, folder);
                query.setLong(2, backup.value());
                query.setString(3, from);
                Cursor cursor = new Cursor(backup, query.executeQuery());
                if (cursor.next()) {
                    cursors.add(cursor);
                }
            }
        } catch (SQLException e) {
            try {
                close();
            } catch (SQLException also) {
                e.addSuppressed(also);
            }
            throw e;
        }
    }

    /** Goes to the next row, at first to the first one. */
    boolean next() throws SQLException {
        Cursor before = current;
        if (before != null && before.next()) {
            cursors.add(before);
        }
        current = cursors.poll();
        return current != null;
    }

    String name() {
        return at().name();
    }

    StateObject object() throws SQLException {
        return new StateObject(at().backup, ObjectRows.entry(at().row));
    }

    private Cursor at() {
        Cursor at = current;
        if (at == null) {
            throw new IllegalStateException("there is no row");
        }
        return at;
    }

    @Override
    public void close() throws SQLException {
        for (PreparedStatement query : queries) {
            query.close();
        }
    }

    private static final class Cursor {
        private final BackupId backup;
        private final ResultSet row;
        private String name = "";

        Cursor(BackupId backup, ResultSet row) {
            this.backup = backup;
            this.row = row;
        }

        boolean next() throws SQLException {
            boolean there = row.next();
            name = there ? row.getString(2) : "";
            return there;
        }

        String name() {
            return name;
        }
    }
}
