package io.saddlebag.catalog.jdbc;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.media.PoolFile;
import io.saddlebag.store.jdbc.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Table {@code pool_file}. */
final class PoolFileRows {
    private static final String SELECT =
            "select backup, section, pool, path, bytes, crc32c, expires_at from pool_file where backup ";

    private PoolFileRows() {}

    static void insert(Connection connection, BackupId id, PoolFile file) throws SQLException {
        Instant expires = file.expires();
        Sql.run(
                connection,
                "insert into pool_file (backup, section, pool, path, bytes, crc32c, expires_at)"
                        + " values (?, ?, ?, ?, ?, ?, ?)",
                id.value(),
                file.section(),
                file.pool(),
                file.path(),
                file.bytes(),
                file.crc32c(),
                expires == null ? null : expires.toString());
    }

    static List<PoolFile> ofBackup(Connection connection, BackupId id) throws SQLException {
        return Sql.list(connection, SELECT + "= ? order by section", PoolFileRows::file, id.value());
    }

    /** @param backups a query of numbers of backups */
    static Map<Long, List<PoolFile>> ofBackups(Connection connection, String backups, @Nullable Object... values)
            throws SQLException {
        Map<Long, List<PoolFile>> all = new HashMap<>();
        Sql.list(
                connection,
                SELECT + "in (" + backups + ") order by backup, section",
                row -> all.computeIfAbsent(row.getLong(1), key -> new ArrayList<>())
                        .add(file(row)),
                values);
        return all;
    }

    private static PoolFile file(ResultSet row) throws SQLException {
        @Nullable String expires = row.getString(7);
        return new PoolFile(
                row.getString(3),
                row.getString(4),
                row.getInt(2),
                row.getLong(5),
                row.getLong(6),
                expires == null ? null : Instant.parse(expires));
    }
}
