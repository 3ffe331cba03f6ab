package io.saddlebag.catalog.jdbc;

import io.saddlebag.store.jdbc.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Numbers of folders. A folder is stored once, whatever the number of its files and backups. Numbers learnt in a
 * transaction count for the next ones only when it is committed.
 */
final class DirectoryIds {
    /** Folders remembered by one writer; an image comes folder by folder, so the last few do. */
    private static final int REMEMBERED = 10_000;

    private static final String SEQUENCE = "directory";

    private final Map<String, Long> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > REMEMBERED;
        }
    };

    private final Map<String, Long> learnt = new HashMap<>();
    private String lastPath = "";
    private long lastId;

    /** Begins a transaction. */
    Lookup in(Connection connection) throws SQLException {
        learnt.clear();
        lastId = 0;
        return new Lookup(connection);
    }

    void committed() {
        known.putAll(learnt);
        learnt.clear();
    }

    /** The look-up within one transaction. */
    final class Lookup implements AutoCloseable {
        private final PreparedStatement find;
        private final PreparedStatement add;
        private final Connection connection;
        private long lastGiven;

        private Lookup(Connection connection) throws SQLException {
            this.connection = connection;
            this.find = connection.prepareStatement("select id from directory where path = ?");
            this.add = connection.prepareStatement("insert into directory (id, path) values (?, ?)");
        }

        /** @param path with its last slash */
        long of(String path) throws SQLException {
            if (lastId != 0 && path.equals(lastPath)) {
                return lastId;
            }
            Long id = known.get(path);
            if (id == null) {
                id = learnt.get(path);
            }
            if (id == null) {
                id = findOrAdd(path);
                learnt.put(path, id);
            }
            lastPath = path;
            lastId = id;
            return id;
        }

        private long findOrAdd(String path) throws SQLException {
            find.setString(1, path);
            Optional<Long> found;
            try (ResultSet row = find.executeQuery()) {
                found = row.next() ? Optional.of(row.getLong(1)) : Optional.empty();
            }
            if (found.isPresent()) {
                return found.get();
            }
            if (lastGiven == 0) {
                lastGiven = Sql.next(connection, SEQUENCE) - 1;
            }
            long id = ++lastGiven;
            add.setLong(1, id);
            add.setString(2, path);
            add.executeUpdate();
            return id;
        }

        /** Notes the numbers given, once for the whole transaction. */
        void finish() throws SQLException {
            if (lastGiven != 0) {
                Sql.run(connection, "update number_sequence set last = ? where name = ?", lastGiven, SEQUENCE);
            }
        }

        @Override
        public void close() throws SQLException {
            find.close();
            add.close();
        }
    }
}
