package io.saddlebag.catalog.jdbc;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.CatalogFault;
import io.saddlebag.catalog.ImageCopies;
import io.saddlebag.catalog.ImageCopy;
import io.saddlebag.fault.BackupException;
import io.saddlebag.media.PoolFile;
import io.saddlebag.store.jdbc.JdbcStore;
import io.saddlebag.store.jdbc.Sql;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** {@link ImageCopies} in a {@link JdbcStore}: table {@code image_copy_file}. */
public final class JdbcImageCopies implements ImageCopies {
    private final JdbcStore store;

    /** @param store not closed with it */
    public JdbcImageCopies(JdbcStore store) {
        this.store = store;
    }

    @Override
    public List<ImageCopy> of(BackupId backup) throws IOException {
        return store.read("reading the copies of backup " + backup, connection -> copies(connection, backup));
    }

    @Override
    public ImageCopy record(Backup of, List<PoolFile> files) throws IOException {
        BackupId backup = of.id();
        return store.write("recording a copy of backup " + backup, connection -> {
            Backup known = BackupRows.find(connection, backup).orElseThrow(() -> JdbcCatalog.noSuch(backup));
            if (known.state() != Backup.State.COMPLETE) {
                throw JdbcCatalog.notComplete(backup, known.state(), "no copy of it is recorded");
            }
            List<ImageCopy> before = copies(connection, backup);
            requireElsewhere(known, before, files);
            requireSameKeys(connection, known, of);
            int number = before.stream().mapToInt(ImageCopy::number).max().orElse(0) + 1;
            ImageCopy copy = new ImageCopy(backup, number, files);
            for (PoolFile file : files) {
                Sql.run(
                        connection,
                        "insert into image_copy_file (backup, copy, section, pool, path, bytes, crc32c)"
                                + " values (?, ?, ?, ?, ?, ?, ?)",
                        backup.value(),
                        number,
                        file.section(),
                        file.pool(),
                        file.path(),
                        file.bytes(),
                        file.crc32c());
            }
            return copy;
        });
    }

    @Override
    public boolean forget(BackupId backup, String pool) throws IOException {
        return store.write(
                "forgetting a copy of backup " + backup,
                connection -> Sql.run(
                                connection,
                                "delete from image_copy_file where backup = ? and pool = ?",
                                backup.value(),
                                pool)
                        > 0);
    }

    private static void requireElsewhere(Backup known, List<ImageCopy> before, List<PoolFile> files)
            throws BackupException {
        String pool = files.get(0).pool();
        boolean there = Stream.concat(known.files().stream(), before.stream().flatMap(copy -> copy.files().stream()))
                .anyMatch(file -> file.pool().equals(pool));
        if (there) {
            throw new BackupException(
                    CatalogFault.DUPLICATE_IMAGE,
                    "image " + known.about().imageId() + " of backup " + known.id() + " is in pool " + pool
                            + " already",
                    "Copy it to another pool.");
        }
    }

    /** Copies are opened by what the catalog says of the image, so none may be for keys that it had once. */
    private static void requireSameKeys(Connection connection, Backup known, Backup read)
            throws SQLException, BackupException {
        if (!known.about().layers().equals(read.about().layers())
                || !known.files().equals(read.files())
                || RenewalRows.find(connection, known.id()).isPresent()) {
            throw new BackupException(
                    CatalogFault.OTHER_KEYS,
                    "the image of backup " + known.id() + " was given other keys while it was copied",
                    "Copy it again.");
        }
    }

    static List<ImageCopy> copies(Connection connection, BackupId backup) throws SQLException {
        Map<Integer, List<PoolFile>> byNumber = new TreeMap<>();
        Sql.list(
                connection,
                "select copy, section, pool, path, bytes, crc32c from image_copy_file where backup = ?"
                        + " order by copy, section",
                row -> byNumber.computeIfAbsent(row.getInt(1), number -> new ArrayList<>())
                        .add(new PoolFile(
                                row.getString(3),
                                row.getString(4),
                                row.getInt(2),
                                row.getLong(5),
                                row.getLong(6),
                                null)),
                backup.value());
        List<ImageCopy> copies = new ArrayList<>();
        byNumber.forEach((number, files) -> copies.add(new ImageCopy(backup, number, files)));
        return copies;
    }
}
