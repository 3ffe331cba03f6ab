package io.saddlebag.store.jdbc;

import io.saddlebag.fault.BackupException;
import java.io.File;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteException;

/** The one file of an embedded store: how it is opened, and what SQLite's results mean for an operator. */
final class SqliteFile {
    /** How long SQLite itself waits for another process's transaction. */
    static final Duration BUSY_WAIT = Duration.ofSeconds(10);

    /** How often a transaction that could not begin is begun again: half a minute in all. */
    static final int BUSY_ATTEMPTS = 3;

    /** Pages of the log after which SQLite moves them into the file: 16 MiB, since each such move costs two fsyncs. */
    private static final int CHECKPOINT_PAGES = 4096;

    /** Page cache of the writing connection, KiB. */
    private static final int WRITER_CACHE_KIB = 16 * 1024;

    /** Page cache of each reading connection, KiB. */
    private static final int READER_CACHE_KIB = 4 * 1024;

    /** With less room than this on its file system, an I/O error of the store is taken for a full disk. */
    private static final long NO_ROOM_BYTES = 512 * 1024;

    // SQLite's primary result codes (sqlite.org/rescode.html); xerial's exception carries the extended ones
    private static final int PRIMARY = 0xFF;
    private static final int BUSY = 5;
    private static final int LOCKED = 6;
    private static final int IOERR = 10;
    private static final int CORRUPT = 11;
    private static final int FULL = 13;
    private static final int CANTOPEN = 14;
    private static final int NOTADB = 26;

    private final Path file;
    private final StoreFaults faults;

    SqliteFile(Path file, StoreFaults faults) {
        this.file = file;
        this.faults = faults;
    }

    Path file() {
        return file;
    }

    /** Connections that write: a commit is on disk when it returns (synchronous=FULL). */
    SQLiteDataSource writing() {
        return source(common(WRITER_CACHE_KIB), file);
    }

    /** What a connection that writes much says first. The driver's constant for it is newer than what some hosts bring. */
    static String seldomCheckpoints() {
        return "pragma wal_autocheckpoint = " + CHECKPOINT_PAGES;
    }

    /** Connections that can't change anything. */
    SQLiteDataSource reading() {
        return source(common(READER_CACHE_KIB), file);
    }

    /** Connections to an empty file beside it, whose lock says who migrates; the kernel takes it back from the dead. */
    SQLiteDataSource migrationLock() {
        return source(common(READER_CACHE_KIB), file.resolveSibling(file.getFileName() + ".migration-lock"));
    }

    static boolean busy(SQLException failure) {
        int code = primary(failure);
        return code == BUSY || code == LOCKED;
    }

    /** Whether it is SQLite's own, not the pool's. */
    static boolean said(SQLException failure) {
        return primary(failure) != 0;
    }

    /** @param what was being done, as in {@code recording objects of backup 7} */
    BackupException failure(String what, SQLException failure) {
        String text = what + " failed in " + file;
        String reason = ": " + failure.getMessage();
        return switch (primary(failure)) {
            case FULL -> outOfSpace(text, failure);
            case IOERR ->
                roomBytes() < NO_ROOM_BYTES
                        ? outOfSpace(text, failure)
                        : new BackupException(
                                faults.unavailable(),
                                text + reason,
                                "Look for errors of that disk in the kernel's log; then run it again.",
                                failure);
            case CORRUPT, NOTADB ->
                new BackupException(
                        faults.corrupt(),
                        text + reason,
                        "Move the file aside and rebuild it from the media with 'saddlebag catalog import'.",
                        failure);
            case BUSY, LOCKED ->
                new BackupException(
                        faults.unavailable(),
                        text + ", since another process has held it locked for "
                                + BUSY_WAIT.multipliedBy(BUSY_ATTEMPTS).toSeconds() + " s",
                        "See who has it open with 'fuser " + file + "' and run it again.",
                        failure);
            case CANTOPEN ->
                new BackupException(
                        faults.unavailable(),
                        text + reason,
                        "Check that its folder exists and that this user may write there.",
                        failure);
            default ->
                new BackupException(
                        faults.unavailable(),
                        text + reason,
                        "Check the file and its disk; then run it again.",
                        failure);
        };
    }

    BackupException unknownContent(String found) {
        return new BackupException(
                faults.corrupt(),
                file + " is not a catalog: it has table '" + found + "' but no history of migrations",
                "Name another file in the configuration, or move this one aside.");
    }

    BackupException newerSchema(int found, int known) {
        return new BackupException(
                faults.newerSchema(),
                file + " has schema " + found + ", and this version knows schemas up to " + known,
                "Run the newer version of Saddlebag that wrote it.");
    }

    private BackupException outOfSpace(String text, SQLException failure) {
        return new BackupException(
                faults.outOfSpace(),
                text + ", since its file system is full",
                "Make room on the file system of " + file + " and run it again.",
                failure);
    }

    private long roomBytes() {
        File folder = Optional.ofNullable(file.toAbsolutePath().getParent())
                .map(Path::toFile)
                .orElseGet(() -> new File("."));
        return folder.getUsableSpace();
    }

    /** 0 when it isn't from SQLite. Pools wrap what a connection failed with. */
    private static int primary(SQLException failure) {
        for (@Nullable Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof SQLiteException sqlite) {
                return sqlite.getResultCode().code & PRIMARY;
            }
        }
        return 0;
    }

    private static SQLiteConfig common(int cacheKib) {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(Math.toIntExact(BUSY_WAIT.toMillis()));
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.enforceForeignKeys(true);
        // negative: KiB, not pages
        config.setCacheSize(-cacheKib);
        return config;
    }

    private static SQLiteDataSource source(SQLiteConfig config, Path file) {
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file);
        return source;
    }
}
