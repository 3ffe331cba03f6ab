package io.saddlebag.catalog.jdbc;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.ObjectEntry;
import io.saddlebag.store.jdbc.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Table {@code object}. A path is stored as its folder, up to and with the last slash, and the name after it; put together
 * they are the path again, whatever it is.
 */
final class ObjectRows {
    static final String COLUMNS = "d.path, o.name, o.type, o.mode, o.uid, o.gid, o.size, o.modified_s,"
            + " o.modified_ns, o.link, o.sha256, o.place, o.changed_s, o.changed_ns, o.inode";

    // cross joins, since SQLite keeps their order: all of a backup by its rows, a part of it by its few folders
    private static final String ALL = "select " + COLUMNS
            + " from object o cross join directory d where d.id = o.directory and o.backup = ?" + " and o.type <> 'x'";
    private static final String PART = "select " + COLUMNS
            + " from directory d cross join object o where o.directory = d.id and o.backup = ?" + " and o.type <> 'x'";

    /** The character after the slash: what is below {@code /a/} sorts from there up to, and without, {@code /a0}. */
    static final char AFTER_SLASH = '/' + 1;

    private static final HexFormat HEX = HexFormat.of();

    private ObjectRows() {}

    static void insert(Connection connection, BackupId id, List<ObjectEntry> objects, DirectoryIds directories)
            throws SQLException {
        try (DirectoryIds.Lookup lookup = directories.in(connection);
                PreparedStatement insert = connection.prepareStatement(
                        "insert into object (backup, directory, name, place, type, mode, uid, gid, size, modified_s,"
                                + " modified_ns, link, sha256, changed_s, changed_ns, inode)"
                                + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            insert.setLong(1, id.value());
            for (ObjectEntry object : objects) {
                bind(insert, object, lookup);
                insert.executeUpdate();
            }
            lookup.finish();
        }
    }

    private static void bind(PreparedStatement insert, ObjectEntry object, DirectoryIds.Lookup lookup)
            throws SQLException {
        String path = object.path();
        int nameAt = path.lastIndexOf('/') + 1;
        insert.setLong(2, lookup.of(path.substring(0, nameAt)));
        insert.setString(3, path.substring(nameAt));
        insert.setLong(4, object.offset());
        insert.setString(5, String.valueOf(object.type()));
        insert.setInt(6, object.mode());
        insert.setLong(7, object.uid());
        insert.setLong(8, object.gid());
        insert.setLong(9, object.size());
        Instant modified = object.modified();
        insert.setLong(10, modified.getEpochSecond());
        insert.setInt(11, modified.getNano());
        if (object.linkTarget() == null) {
            insert.setNull(12, Types.VARCHAR);
        } else {
            insert.setString(12, object.linkTarget());
        }
        if (object.sha256() == null) {
            insert.setNull(13, Types.BINARY);
        } else {
            insert.setBytes(13, HEX.parseHex(object.sha256()));
        }
        Instant changed = object.changed();
        if (changed == null) {
            insert.setNull(14, Types.BIGINT);
            insert.setNull(15, Types.INTEGER);
        } else {
            insert.setLong(14, changed.getEpochSecond());
            insert.setInt(15, changed.getNano());
        }
        if (object.inode() == 0) {
            insert.setNull(16, Types.BIGINT);
        } else {
            insert.setLong(16, object.inode());
        }
    }

    /** @return the number of objects handed over */
    static long read(Connection connection, BackupId id, String path, Consumer<ObjectEntry> sink) throws SQLException {
        String base = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        if (base.isEmpty()) {
            try (PreparedStatement all = connection.prepareStatement(ALL + " order by o.place")) {
                all.setLong(1, id.value());
                return handOver(all, sink);
            }
        }
        try (PreparedStatement below = connection.prepareStatement(PART + " and d.path = ? and o.name = ? union all "
                + PART + " and d.path >= ? and d.path < ? order by 12")) {
            int nameAt = base.lastIndexOf('/') + 1;
            below.setLong(1, id.value());
            below.setString(2, base.substring(0, nameAt));
            below.setString(3, base.substring(nameAt));
            below.setLong(4, id.value());
            below.setString(5, base + '/');
            below.setString(6, base + AFTER_SLASH);
            return handOver(below, sink);
        }
    }

    /** How many rows a backup has, deletions among them. */
    static Count count(Connection connection, BackupId id) throws SQLException {
        return Sql.first(
                        connection,
                        "select count(*), coalesce(sum(case type when 'x' then 1 else 0 end), 0) from object where backup = ?",
                        row -> new Count(row.getLong(1), row.getLong(2)),
                        id.value())
                .orElse(Count.NONE);
    }

    /** @param deletions how many of the rows say that something is no more */
    record Count(long rows, long deletions) {
        static final Count NONE = new Count(0, 0);
    }

    /** In the order of the primary key. */
    static List<ObjectEntry> inFolder(Connection connection, BackupId id, String folder, String from, int atMost)
            throws SQLException {
        try (PreparedStatement some = connection.prepareStatement(
                PART + " and d.path = ? and o.name >= ? order by o.name, o.place limit ?")) {
            some.setLong(1, id.value());
            some.setString(2, folder);
            some.setString(3, from);
            some.setInt(4, atMost);
            List<ObjectEntry> found = new ArrayList<>();
            handOver(some, found::add);
            return found;
        }
    }

    /** Removes objects of one abandoned backup, and notes when it has none left. */
    static int purge(Connection connection, int atMost) throws SQLException {
        for (Optional<Long> backup = toPurge(connection); backup.isPresent(); backup = toPurge(connection)) {
            int removed = Sql.run(
                    connection,
                    "delete from object where (backup, directory, name, place) in"
                            + " (select backup, directory, name, place from object where backup = ? limit ?)",
                    backup.get(),
                    atMost);
            if (removed > 0) {
                return removed;
            }
            Sql.run(connection, "update backup set purged = 1 where id = ?", backup.get());
        }
        return 0;
    }

    private static Optional<Long> toPurge(Connection connection) throws SQLException {
        return Sql.first(
                connection,
                "select id from backup where state = 'ABANDONED' and purged = 0 order by id",
                row -> row.getLong(1));
    }

    private static long handOver(PreparedStatement query, Consumer<ObjectEntry> sink) throws SQLException {
        long count = 0;
        try (ResultSet row = query.executeQuery()) {
            while (row.next()) {
                sink.accept(entry(row));
                count++;
            }
        }
        return count;
    }

    /** Of {@link #COLUMNS}. */
    static ObjectEntry entry(ResultSet row) throws SQLException {
        byte[] sha256 = row.getBytes(11);
        return new ObjectEntry(
                row.getString(1) + row.getString(2),
                row.getString(3).charAt(0),
                row.getInt(4),
                row.getLong(5),
                row.getLong(6),
                row.getLong(7),
                Instant.ofEpochSecond(row.getLong(8), row.getInt(9)),
                row.getString(10),
                sha256 == null ? null : HEX.formatHex(sha256),
                row.getLong(12),
                row.getObject(13) == null ? null : Instant.ofEpochSecond(row.getLong(13), row.getInt(14)),
                row.getLong(15));
    }
}
