package io.saddlebag.database.sqlite;

import io.saddlebag.database.BackedUpJournals;
import io.saddlebag.database.CopyPlace;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.database.DatabaseComponent.Kind;
import io.saddlebag.database.DatabaseCopy;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.DatabaseState;
import io.saddlebag.database.DatabaseWriter;
import io.saddlebag.database.GrowingJournal;
import io.saddlebag.database.StagedReplay;
import io.saddlebag.database.process.OpenFiles;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Deadline;
import io.saddlebag.host.Waiter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.sqlite.SQLiteOpenMode;

/**
 * An SQLite database whose application can be stopped. Stopped means: nobody has the file locked, and the write-ahead log
 * has been merged into it, so that the one file is the whole database.
 *
 * <p>SQLite's locks belong to the process (POSIX), and any close of the file anywhere in it drops them. So this class
 * never opens the file itself, only through SQLite, and holds no connection after a method has returned: reading the file
 * for a backup can't take a lock away.
 */
public final class SqliteAdapter implements DatabaseAdapter {
    public static final String ENGINE = "sqlite";

    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
    private static final int MOST_PROBLEMS = 20;
    /** Of SQLite's machine, between two looks at the clock. */
    private static final int STEPS_BETWEEN_LOOKS = 100_000;

    private final SqliteSettings settings;
    private final @Nullable DatabaseAdapter application;
    private final Waiter waiter;
    private final @Nullable Pins pins;
    private final @Nullable Pins holds;
    private final BackedUpJournals journals;
    private final OpenFiles openFiles = new OpenFiles(Path.of("/proc"));

    /** As the other one, without online backups. */
    public SqliteAdapter(SqliteSettings settings, Optional<DatabaseAdapter> application, Waiter waiter) {
        this(settings, application, waiter, null);
    }

    /** As the other one, without backups of its journal. */
    public SqliteAdapter(
            SqliteSettings settings, Optional<DatabaseAdapter> application, Waiter waiter, @Nullable Pins pins) {
        this(settings, application, waiter, pins, null);
    }

    /** As the other one, of a database of whose journals nothing is backed up. */
    public SqliteAdapter(
            SqliteSettings settings,
            Optional<DatabaseAdapter> application,
            Waiter waiter,
            @Nullable Pins pins,
            @Nullable Pins holds) {
        this(settings, application, waiter, pins, holds, BackedUpJournals.NONE);
    }

    /**
     * @param application stops and starts whoever uses the file; empty: somebody else sees to that
     * @param pins holds the file still for online backups; null for none of them
     * @param holds runs {@link HoldProgram} for backups of its journal; null for none of them
     * @param journals what is backed up of them
     */
    public SqliteAdapter(
            SqliteSettings settings,
            Optional<DatabaseAdapter> application,
            Waiter waiter,
            @Nullable Pins pins,
            @Nullable Pins holds,
            BackedUpJournals journals) {
        this.journals = journals;
        this.pins = pins;
        this.holds = holds;
        this.settings = settings;
        this.application = application.orElse(null);
        this.waiter = waiter;
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public String engine() {
        return ENGINE;
    }

    /**
     * What the application's adapter says, if it can tell. Else {@code OPEN} when a process is seen to have the file open
     * or locked, {@code STOPPED} when it is free, damaged or deleted, {@code UNKNOWN} when there is no such folder.
     */
    @Override
    public DatabaseState state() throws IOException, InterruptedException {
        if (application != null) {
            DatabaseState state = application.state();
            if (state != DatabaseState.UNKNOWN) {
                return state;
            }
        }
        if (!Files.isRegularFile(settings.file())) {
            Path folder = settings.file().getParent();
            boolean gone = folder != null && Files.isDirectory(folder) && Files.notExists(settings.file());
            return gone ? DatabaseState.STOPPED : DatabaseState.UNKNOWN;
        }
        if (!openFiles.others(settings.file()).isEmpty()) {
            return DatabaseState.OPEN;
        }
        try {
            return exclusively(false) ? DatabaseState.STOPPED : DatabaseState.OPEN;
        } catch (SQLException unreadable) {
            // nobody was seen to have it open, and nobody can work with it
            return isDamaged(unreadable) ? DatabaseState.STOPPED : DatabaseState.UNKNOWN;
        }
    }

    private static boolean isDamaged(SQLException failure) {
        if (!(failure instanceof SQLiteException sqlite)) {
            return false;
        }
        int basic = sqlite.getResultCode().code & 0xff;
        return basic == SQLiteErrorCode.SQLITE_NOTADB.code || basic == SQLiteErrorCode.SQLITE_CORRUPT.code;
    }

    /** @throws BackupException {@link DatabaseFault#STOP_FAILED} naming the processes that still have the file open */
    @Override
    public void stop(Duration timeout, Consumer<String> log) throws IOException, InterruptedException {
        requireFile();
        Deadline deadline = Deadline.after(waiter, timeout);
        if (application != null) {
            application.stop(deadline.remaining(), log);
        }
        while (true) {
            List<Long> holders = openFiles.others(settings.file());
            try {
                if (holders.isEmpty() && exclusively(true)) {
                    log.accept(
                            "database " + name() + " is free, its write-ahead log is merged into " + settings.file());
                    return;
                }
            } catch (SQLException broken) {
                throw stopFailed("can't be locked: " + broken.getMessage(), broken);
            }
            if (deadline.passed()) {
                throw stopFailed(
                        "is still in use" + (holders.isEmpty() ? ": it is locked" : " by processes " + holders), null);
            }
            deadline.await(LOOK_AGAIN);
        }
    }

    @Override
    public void start(Duration timeout, Consumer<String> log) throws IOException, InterruptedException {
        requireFile();
        if (application != null) {
            application.start(timeout, log);
        }
        try (Connection connection = open(true);
                Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery("select count(*) from sqlite_master")) {
            log.accept("database " + name() + " can be read: " + count.getInt(1) + " tables and indexes");
        } catch (SQLException unreadable) {
            if (!isBusy(unreadable)) {
                throw new BackupException(
                        DatabaseFault.START_FAILED,
                        "database " + name() + " can't be read: " + unreadable.getMessage(),
                        "Check " + settings.file() + " with PRAGMA integrity_check.",
                        unreadable);
            }
            log.accept("database " + name() + " is in use by its application");
        }
    }

    /** The main file, and beside it whatever journal isn't merged yet; the shared-memory file never means anything. */
    @Override
    public List<DatabaseComponent> components() throws IOException {
        requireFile();
        List<DatabaseComponent> components = new ArrayList<>();
        components.add(new DatabaseComponent("main file", Kind.DATA, settings.file(), List.of()));
        for (String ending : List.of("-wal", "-journal")) {
            Path journal = settings.file().resolveSibling(settings.file().getFileName() + ending);
            if (hasContent(journal)) {
                components.add(new DatabaseComponent("journal " + ending, Kind.JOURNAL, journal, List.of()));
            }
        }
        return List.copyOf(components);
    }

    @Override
    public List<Path> places() throws IOException {
        requireFile();
        return List.of(settings.file());
    }

    /** A log that was not merged would be merged into any file that gets this name. */
    @Override
    public List<String> attendants(Path place) {
        return place.equals(settings.file()) ? List.of("-wal", "-shm", "-journal") : List.of();
    }

    /** While the application runs it comes and goes with each of its transactions. */
    private static boolean hasContent(Path journal) throws IOException {
        try {
            return Files.size(journal) > 0;
        } catch (NoSuchFileException none) {
            return false;
        }
    }

    @Override
    public String verifyOpen(Duration timeout) throws IOException {
        requireFile();
        Deadline deadline = Deadline.after(waiter, timeout);
        List<String> problems = new ArrayList<>();
        String pragma = settings.check().pragma();
        try (Connection connection = open(true);
                Statement statement = connection.createStatement()) {
            ProgressHandler.setHandler(connection, STEPS_BETWEEN_LOOKS, new ProgressHandler() {
                @Override
                protected int progress() {
                    return deadline.passed() ? 1 : 0;
                }
            });
            try (ResultSet answers = statement.executeQuery("PRAGMA " + pragma + "(" + MOST_PROBLEMS + ")")) {
                while (answers.next() && problems.size() < MOST_PROBLEMS) {
                    problems.add(answers.getString(1));
                }
            }
        } catch (SQLException unreadable) {
            throw notOpen("could not be checked: " + unreadable.getMessage(), unreadable);
        }
        if (!problems.equals(List.of("ok"))) {
            throw notOpen("has damage: " + String.join("; ", problems), null);
        }
        return "PRAGMA " + pragma + " of " + settings.file() + " says ok";
    }

    /**
     * Locks the file against everybody for a moment; in exclusive locking mode SQLite can't share even a write-ahead log.
     *
     * @return false when somebody else has it locked
     */
    private boolean exclusively(boolean merge) throws SQLException {
        try (Connection connection = open(false);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA locking_mode = EXCLUSIVE");
            statement.execute("BEGIN EXCLUSIVE");
            statement.execute("COMMIT");
            return !merge || isMerged(statement);
        } catch (SQLException refused) {
            if (isBusy(refused)) {
                return false;
            }
            throw refused;
        }
    }

    private static boolean isMerged(Statement statement) throws SQLException {
        try (ResultSet checkpoint = statement.executeQuery("PRAGMA wal_checkpoint(TRUNCATE)")) {
            // busy, frames in the log, frames merged; without a write-ahead log the last two are -1
            return checkpoint.next() && checkpoint.getInt(1) == 0 && checkpoint.getInt(2) <= 0;
        }
    }

    @Override
    public Optional<String> checkpoint(UnaryOperator<Path> view) {
        return FileHeader.read(view.apply(settings.file()));
    }

    @Override
    public Optional<DatabaseWriter> writer() {
        Pins there = pins;
        return there == null ? Optional.empty() : Optional.of(new SqliteWriter(this, settings, there, journals));
    }

    @Override
    public Optional<GrowingJournal> growingJournal() {
        Pins there = holds;
        return there == null ? Optional.empty() : Optional.of(new SqliteLog(this, settings, there, waiter));
    }

    @Override
    public Optional<StagedReplay> stagedReplay() {
        return Optional.of(new SqliteReplay(settings));
    }

    @Override
    public Optional<DatabaseCopy> copy(CopyPlace place) {
        return Optional.of(new SqliteCopy(settings, place, waiter));
    }

    Connection open(boolean readOnly) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        // never CREATE: a missing database must not become an empty one
        config.resetOpenMode(SQLiteOpenMode.CREATE);
        config.setReadOnly(readOnly);
        config.setBusyTimeout(0);
        return config.createConnection("jdbc:sqlite:" + settings.file());
    }

    static boolean isBusy(SQLException failure) {
        if (!(failure instanceof SQLiteException sqlite)) {
            return false;
        }
        SQLiteErrorCode code = sqlite.getResultCode();
        // extended codes keep the basic one in their low byte
        int basic = code.code & 0xff;
        return basic == SQLiteErrorCode.SQLITE_BUSY.code || basic == SQLiteErrorCode.SQLITE_LOCKED.code;
    }

    void requireFile() throws BackupException {
        if (!Files.isRegularFile(settings.file())) {
            throw new BackupException(
                    DatabaseFault.BAD_CONFIGURATION,
                    "option file of database " + name() + " can't be \"" + settings.file()
                            + "\": there is no such file",
                    "Give the database's main file, and see that its file system is mounted.");
        }
    }

    private BackupException stopFailed(String what, @Nullable Throwable cause) {
        return new BackupException(
                DatabaseFault.STOP_FAILED,
                "database " + name() + " in " + settings.file() + " " + what,
                "Stop the application that uses it, or configure its stop script.",
                cause);
    }

    private BackupException notOpen(String what, @Nullable Throwable cause) {
        return new BackupException(
                DatabaseFault.NOT_OPEN,
                "database " + name() + " in " + settings.file() + " " + what,
                "Restore it from another backup, or give the check more time.",
                cause);
    }
}
