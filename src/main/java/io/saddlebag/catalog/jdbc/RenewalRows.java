package io.saddlebag.catalog.jdbc;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.ImageCopy;
import io.saddlebag.catalog.Renewal;
import io.saddlebag.media.PoolFile;
import io.saddlebag.store.jdbc.JsonColumn;
import io.saddlebag.store.jdbc.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Tables {@code pool_renewal} and {@code pool_renewal_file}, and what they become in those of pools. */
final class RenewalRows {
    /** The image itself, where copies have numbers. */
    private static final int IMAGE = 0;

    private static final String TRUTHS = """
            select f.section, f.bytes, f.crc32c, n.bytes, n.crc32c from pool_file f
              left join pool_renewal_file n on n.backup = f.backup and n.copy = 0 and n.section = f.section
              where f.pool = ? and f.path = ? and f.state <> 'REMOVED'
            union all
            select f.section, f.bytes, f.crc32c, n.bytes, n.crc32c from image_copy_file f
              left join pool_renewal_file n on n.backup = f.backup and n.copy = f.copy and n.section = f.section
              where f.pool = ? and f.path = ?""";

    private RenewalRows() {}

    static List<PoolFile> truths(Connection connection, String pool, String path) throws SQLException {
        return Sql.list(
                        connection,
                        TRUTHS,
                        row -> {
                            PoolFile first =
                                    new PoolFile(pool, path, row.getInt(1), row.getLong(2), row.getLong(3), null);
                            long bytes = row.getLong(4);
                            return row.wasNull()
                                    ? List.of(first)
                                    : List.of(
                                            first,
                                            new PoolFile(pool, path, row.getInt(1), bytes, row.getLong(5), null));
                        },
                        pool,
                        path,
                        pool,
                        path)
                .stream()
                .flatMap(List::stream)
                .toList();
    }

    static Optional<Renewal> find(Connection connection, BackupId id) throws SQLException {
        Optional<List<String>> layers = Sql.first(
                connection,
                "select layers from pool_renewal where backup = ?",
                row -> JsonColumn.list(row.getString(1)),
                id.value());
        if (layers.isEmpty()) {
            return Optional.empty();
        }
        List<Renewal.File> files = Sql.list(
                connection,
                "select n.copy, n.section, n.bytes, n.crc32c, coalesce(f.pool, c.pool), coalesce(f.path, c.path)"
                        + " from pool_renewal_file n"
                        + " left join pool_file f on n.copy = 0 and f.backup = n.backup and f.section = n.section"
                        + " left join image_copy_file c on c.backup = n.backup and c.copy = n.copy and c.section = n.section"
                        + " where n.backup = ? order by n.copy, n.section",
                row -> new Renewal.File(
                        row.getInt(1),
                        new PoolFile(
                                row.getString(5),
                                row.getString(6),
                                row.getInt(2),
                                row.getLong(3),
                                row.getLong(4),
                                null)),
                id.value());
        return Optional.of(new Renewal(id, layers.get(), files));
    }

    static List<BackupId> backups(Connection connection) throws SQLException {
        return Sql.list(
                connection, "select backup from pool_renewal order by backup", row -> new BackupId(row.getLong(1)));
    }

    /** @return why it can't be, in words; empty when nothing speaks against it */
    static Optional<String> obstacle(Connection connection, Renewal renewal, Backup was, List<ImageCopy> copies)
            throws SQLException {
        BackupId id = renewal.backup();
        Optional<Backup> now = BackupRows.find(connection, id);
        if (now.isEmpty() || now.get().state() != Backup.State.COMPLETE) {
            return Optional.of("it is no complete backup any more");
        }
        if (find(connection, id).isPresent()) {
            return Optional.of("it is being given other keys already");
        }
        if (!now.get().files().equals(was.files())
                || !now.get().about().layers().equals(was.about().layers())
                || !JdbcImageCopies.copies(connection, id).equals(copies)) {
            return Optional.of("its files are not those that were read, by now");
        }
        return Sql.first(
                connection,
                "select o.backup from pool_file f join pool_file o on o.pool = f.pool and o.path = f.path"
                        + " where f.backup = ? and (f.state <> 'PRESENT' or (o.backup <> f.backup and o.state <> 'REMOVED'))",
                row -> "backup " + row.getLong(1) + " has the same files, or they are being removed",
                id.value());
    }

    static void insert(Connection connection, Renewal renewal) throws SQLException {
        Sql.run(
                connection,
                "insert into pool_renewal (backup, layers) values (?, ?)",
                renewal.backup().value(),
                JsonColumn.of(renewal.layers()));
        for (Renewal.File file : renewal.files()) {
            Sql.run(
                    connection,
                    "insert into pool_renewal_file (backup, copy, section, bytes, crc32c) values (?, ?, ?, ?, ?)",
                    renewal.backup().value(),
                    file.copy(),
                    file.truth().section(),
                    file.truth().bytes(),
                    file.truth().crc32c());
        }
    }

    /** What it says is what the catalog says of the files and the image from now on. */
    static void apply(Connection connection, Renewal renewal) throws SQLException {
        long backup = renewal.backup().value();
        for (Renewal.File file : renewal.files()) {
            PoolFile truth = file.truth();
            if (file.copy() == IMAGE) {
                Sql.run(
                        connection,
                        "update pool_file set bytes = ?, crc32c = ? where backup = ? and section = ?",
                        truth.bytes(),
                        truth.crc32c(),
                        backup,
                        truth.section());
            } else {
                Sql.run(
                        connection,
                        "update image_copy_file set bytes = ?, crc32c = ? where backup = ? and copy = ? and section = ?",
                        truth.bytes(),
                        truth.crc32c(),
                        backup,
                        file.copy(),
                        truth.section());
            }
        }
        Sql.run(
                connection,
                "update backup set layers = ?, image_bytes = (select sum(bytes) from pool_file where backup = ?)"
                        + " where id = ?",
                JsonColumn.of(renewal.layers()),
                backup,
                backup);
    }

    static void delete(Connection connection, BackupId id) throws SQLException {
        Sql.run(connection, "delete from pool_renewal_file where backup = ?", id.value());
        Sql.run(connection, "delete from pool_renewal where backup = ?", id.value());
    }
}
