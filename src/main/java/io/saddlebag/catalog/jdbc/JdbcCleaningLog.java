package io.saddlebag.catalog.jdbc;

import io.saddlebag.library.Barcode;
import io.saddlebag.store.jdbc.JdbcStore;
import io.saddlebag.store.jdbc.Sql;
import io.saddlebag.volume.CleaningLog;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/** {@link CleaningLog} in a {@link JdbcStore}. */
public final class JdbcCleaningLog implements CleaningLog {
    private final JdbcStore store;

    /** @param store not closed with the log */
    public JdbcCleaningLog(JdbcStore store) {
        this.store = store;
    }

    @Override
    public int uses(Barcode cartridge) throws IOException {
        return store.read(
                        "counting uses of " + cartridge,
                        connection -> Sql.first(
                                connection,
                                "select uses from cleaning_cartridge where barcode = ?",
                                row -> row.getInt(1),
                                cartridge.value()))
                .orElse(0);
    }

    @Override
    public void countUse(Barcode cartridge) throws IOException {
        store.change(
                "counting a use of " + cartridge,
                connection -> Sql.run(
                        connection,
                        "insert into cleaning_cartridge (barcode, uses) values (?, 1)"
                                + " on conflict (barcode) do update set uses = uses + 1",
                        cartridge.value()));
    }

    @Override
    public Optional<String> retired(Barcode cartridge) throws IOException {
        return store.read(
                "looking at " + cartridge,
                connection -> Sql.first(
                        connection,
                        "select retired from cleaning_cartridge where barcode = ? and retired is not null",
                        row -> row.getString(1),
                        cartridge.value()));
    }

    @Override
    public void retire(Barcode cartridge, String why) throws IOException {
        store.change(
                "retiring " + cartridge,
                connection -> Sql.run(
                        connection,
                        "insert into cleaning_cartridge (barcode, uses, retired) values (?, 0, ?)"
                                + " on conflict (barcode) do update set retired = excluded.retired",
                        cartridge.value(),
                        why));
    }

    @Override
    public boolean asked(String drive) throws IOException {
        return store.read(
                        "looking at drive " + drive,
                        connection -> Sql.first(
                                connection,
                                "select asked from drive_cleaning where drive = ?",
                                row -> row.getInt(1) != 0,
                                drive))
                .orElse(false);
    }

    @Override
    public void ask(String drive, Instant now) throws IOException {
        store.change(
                "noting that drive " + drive + " needs cleaning",
                connection -> Sql.run(
                        connection,
                        "insert into drive_cleaning (drive, since, asked) values (?, ?, 1)"
                                + " on conflict (drive) do update set asked = 1",
                        drive,
                        now.toString()));
    }

    @Override
    public Optional<Instant> since(String drive) throws IOException {
        return store.read(
                "looking at drive " + drive,
                connection -> Sql.first(
                        connection,
                        "select since from drive_cleaning where drive = ?",
                        row -> Instant.parse(row.getString(1)),
                        drive));
    }

    @Override
    public void cleaned(String drive, Instant at) throws IOException {
        store.change(
                "noting that drive " + drive + " was cleaned",
                connection -> Sql.run(
                        connection,
                        "insert into drive_cleaning (drive, since, asked) values (?, ?, 0)"
                                + " on conflict (drive) do update set since = excluded.since, asked = 0",
                        drive,
                        at.toString()));
    }
}
