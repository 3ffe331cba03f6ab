package io.saddlebag.catalog.jdbc;

import io.saddlebag.library.Barcode;
import io.saddlebag.media.MediaFamily;
import io.saddlebag.media.Volume;
import io.saddlebag.media.VolumeId;
import io.saddlebag.protection.Protection;
import io.saddlebag.store.jdbc.JdbcStore;
import io.saddlebag.store.jdbc.Sql;
import io.saddlebag.tape.BlockAddress;
import io.saddlebag.volume.VolumeRegister;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@link VolumeRegister} in a {@link JdbcStore}. */
public final class JdbcVolumeRegister implements VolumeRegister {
    private static final String SELECT = "select id, barcode, family, volume_set, place, owner, host, created_at,"
            + " write_window_ends, expires_at, files, end_of_data, state, protection from volume";

    private final JdbcStore store;

    /** @param store not closed with the register */
    public JdbcVolumeRegister(JdbcStore store) {
        this.store = store;
    }

    @Override
    public VolumeId nextId(String sequence, String prefix) throws IOException {
        return store.write("giving the next volume id of " + sequence, connection -> {
            VolumeId id;
            do {
                // six digits, more when they don't suffice (M20)
                String number = String.format(Locale.ROOT, "%06d", Sql.next(connection, "volume " + sequence));
                id = new VolumeId(prefix + number);
            } while (!giveOnce(connection, id));
            return id;
        });
    }

    @Override
    public List<Volume> volumes() throws IOException {
        return store.read(
                "listing volumes",
                connection -> Sql.list(connection, SELECT + " order by id", JdbcVolumeRegister::volume));
    }

    @Override
    public Optional<Volume> find(VolumeId id) throws IOException {
        return store.read(
                "looking for volume " + id,
                connection -> Sql.first(connection, SELECT + " where id = ?", JdbcVolumeRegister::volume, id.value()));
    }

    @Override
    public Optional<Volume> find(Barcode barcode) throws IOException {
        return store.read(
                "looking for barcode " + barcode,
                connection -> Sql.first(
                        connection,
                        SELECT + " where barcode = ? order by generation desc",
                        JdbcVolumeRegister::volume,
                        barcode.value()));
    }

    @Override
    public void record(Volume volume) throws IOException {
        store.change("recording volume " + volume.id(), connection -> {
            giveOnce(connection, volume.id());
            Sql.run(connection, "delete from volume where id = ?", volume.id().value());
            insert(connection, volume);
        });
    }

    @Override
    public void forget(VolumeId id) throws IOException {
        store.change("forgetting volume " + id, connection -> {
            Sql.run(connection, "delete from volume where id = ?", id.value());
            Sql.run(
                    connection,
                    "update backup set state = 'LOST', cause = ? where state = 'COMPLETE'"
                            + " and id in (select backup from section where volume = ?)",
                    "volume " + id + " was overwritten or removed",
                    id.value());
        });
    }

    @Override
    public List<MediaFamily> families() throws IOException {
        return store.read(
                "listing media families",
                connection -> Sql.list(
                        connection,
                        "select name, write_window, retention, expiration from media_family order by name",
                        JdbcVolumeRegister::family));
    }

    @Override
    public void defineFamilies(List<MediaFamily> families) throws IOException {
        store.change("defining media families", connection -> {
            for (MediaFamily family : families) {
                Sql.run(
                        connection,
                        "insert into media_family (name, write_window, retention, expiration) values (?, ?, ?, ?)"
                                + " on conflict (name) do update set write_window = excluded.write_window,"
                                + " retention = excluded.retention, expiration = excluded.expiration",
                        family.name(),
                        text(family.writeWindow()),
                        text(family.retention()),
                        family.expiration().name());
            }
        });
    }

    /** @return false when somebody has that id already, or had it */
    private static boolean giveOnce(Connection connection, VolumeId id) throws SQLException {
        return Sql.run(
                        connection,
                        "insert into volume_id_given (id) values (?) on conflict (id) do nothing",
                        id.value())
                == 1;
    }

    private static void insert(Connection connection, Volume volume) throws SQLException {
        Barcode barcode = volume.barcode();
        Sql.run(
                connection,
                "insert into volume (id, barcode, family, volume_set, place, owner, host, created_at,"
                        + " write_window_ends, expires_at, files, end_of_data, state, protection, generation)"
                        + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                volume.id().value(),
                barcode == null ? null : barcode.value(),
                volume.family(),
                volume.set().value(),
                volume.sequence(),
                volume.owner(),
                volume.host(),
                volume.created().toString(),
                text(volume.writeWindowEnds()),
                text(volume.expires()),
                volume.files(),
                volume.endOfData().value(),
                volume.state().name(),
                text(volume.protection()),
                Sql.next(connection, "volume-generation"));
    }

    private static Volume volume(ResultSet row) throws SQLException {
        @Nullable String barcode = row.getString(2);
        @Nullable String protection = row.getString(14);
        return new Volume(
                new VolumeId(row.getString(1)),
                barcode == null ? null : new Barcode(barcode),
                row.getString(3),
                new VolumeId(row.getString(4)),
                row.getInt(5),
                row.getString(6),
                protection == null ? null : Protection.parseForTape(protection),
                row.getString(7),
                Instant.parse(row.getString(8)),
                instant(row.getString(9)),
                instant(row.getString(10)),
                row.getInt(11),
                new BlockAddress(row.getLong(12)),
                Volume.State.valueOf(row.getString(13)));
    }

    private static MediaFamily family(ResultSet row) throws SQLException {
        return new MediaFamily(
                row.getString(1),
                duration(row.getString(2)),
                duration(row.getString(3)),
                MediaFamily.Expiration.valueOf(row.getString(4)));
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }

    private static @Nullable Instant instant(@Nullable String text) {
        return text == null ? null : Instant.parse(text);
    }

    private static @Nullable Duration duration(@Nullable String text) {
        return text == null ? null : Duration.parse(text);
    }
}
