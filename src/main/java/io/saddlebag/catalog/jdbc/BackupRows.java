package io.saddlebag.catalog.jdbc;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.NewBackup;
import io.saddlebag.media.PoolFile;
import io.saddlebag.media.VolumeId;
import io.saddlebag.quantity.BlockSize;
import io.saddlebag.store.jdbc.JsonColumn;
import io.saddlebag.store.jdbc.Sql;
import io.saddlebag.tape.BlockAddress;
import io.saddlebag.volume.StoredSection;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tables {@code backup} and {@code section}. */
final class BackupRows {
    private static final String SELECT = "select id, image_id, name, database_name, job, host, taken_at, consistency,"
            + " layers, facts, state, objects, data_bytes, image_bytes, completed_at from backup";
    private static final String SELECT_SECTIONS = "select backup, lane, section, volume, file_number, volume_sequence,"
            + " label_address, data_address, block_size, blocks, bytes from section";

    private BackupRows() {}

    static Optional<Backup.State> state(Connection connection, BackupId id) throws SQLException {
        return Sql.first(
                connection,
                "select state from backup where id = ?",
                row -> Backup.State.valueOf(row.getString(1)),
                id.value());
    }

    static Optional<Backup> find(Connection connection, BackupId id) throws SQLException {
        return first(connection, SELECT + " where id = ?", id.value());
    }

    static Optional<Backup> findImage(Connection connection, String imageId) throws SQLException {
        return first(
                connection,
                SELECT + " where image_id = ? order by case state when 'COMPLETE' then 0 else 1 end, id desc",
                imageId);
    }

    static List<Backup> list(Connection connection, Catalog.Filter filter) throws SQLException {
        String condition = filter.completeOnly() ? " where state = 'COMPLETE'" : " where 1 = 1";
        List<Object> values = new ArrayList<>();
        filter.name().ifPresent(values::add);
        String byName = filter.name().isPresent() ? " and name = ?" : "";
        Map<Long, List<StoredSection>> sections = new HashMap<>();
        Sql.list(
                connection,
                SELECT_SECTIONS + " where backup in (select id from backup" + condition + byName
                        + ") order by backup, lane, section",
                row -> sections.computeIfAbsent(row.getLong(1), key -> new ArrayList<>())
                        .add(section(row)),
                values.toArray());
        Map<Long, List<PoolFile>> files =
                PoolFileRows.ofBackups(connection, "select id from backup" + condition + byName, values.toArray());
        return Sql.list(
                connection,
                SELECT + condition + byName + " order by id",
                row -> backup(
                        row,
                        sections.getOrDefault(row.getLong(1), List.of()),
                        files.getOrDefault(row.getLong(1), List.of())),
                values.toArray());
    }

    static void insertSection(Connection connection, BackupId id, StoredSection section) throws SQLException {
        Sql.run(
                connection,
                "insert into section (backup, lane, section, volume, file_number, volume_sequence, label_address,"
                        + " data_address, block_size, blocks, bytes) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                id.value(),
                section.lane(),
                section.section(),
                section.volume().value(),
                section.fileNumber(),
                section.volumeSequence(),
                section.label().value(),
                section.data().value(),
                section.blockSize().bytes(),
                section.blocks(),
                section.bytes());
    }

    private static Optional<Backup> first(Connection connection, String sql, Object value) throws SQLException {
        Optional<Backup> bare = Sql.first(connection, sql, row -> backup(row, List.of(), List.of()), value);
        if (bare.isEmpty()) {
            return bare;
        }
        Backup found = bare.get();
        List<StoredSection> sections = Sql.list(
                connection,
                SELECT_SECTIONS + " where backup = ? order by lane, section",
                BackupRows::section,
                found.id().value());
        return Optional.of(new Backup(
                found.id(),
                found.about(),
                found.state(),
                sections,
                PoolFileRows.ofBackup(connection, found.id()),
                found.objects(),
                found.dataBytes(),
                found.imageBytes(),
                found.completed()));
    }

    private static Backup backup(ResultSet row, List<StoredSection> sections, List<PoolFile> files)
            throws SQLException {
        NewBackup about = new NewBackup(
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                Instant.parse(row.getString(7)),
                row.getString(8),
                JsonColumn.list(row.getString(9)),
                JsonColumn.map(row.getString(10)));
        @Nullable String completed = row.getString(15);
        return new Backup(
                new BackupId(row.getLong(1)),
                about,
                Backup.State.valueOf(row.getString(11)),
                sections,
                files,
                row.getLong(12),
                row.getLong(13),
                row.getLong(14),
                completed == null ? null : Instant.parse(completed));
    }

    private static StoredSection section(ResultSet row) throws SQLException {
        return new StoredSection(
                row.getInt(2),
                row.getInt(3),
                new VolumeId(row.getString(4)),
                row.getInt(5),
                row.getInt(6),
                new BlockAddress(row.getLong(7)),
                new BlockAddress(row.getLong(8)),
                new BlockSize(row.getInt(9)),
                row.getLong(10),
                row.getLong(11));
    }
}
