package io.saddlebag.database.sqlite;

import io.saddlebag.database.BackedUpJournals;
import io.saddlebag.database.BackupEnd;
import io.saddlebag.database.BackupMode;
import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.database.DatabaseComponent.Kind;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.DatabaseWriter;
import io.saddlebag.database.SharedInstant;
import io.saddlebag.fault.BackupException;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.snapshot.Consistency;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Backup mode of SQLite: the main file stands still, pinned by a process of its own, while the application writes into the
 * write-ahead log (J22). Nobody waits, but for a moment when the log is merged at the begin. The copy is the database as it was
 * when it was pinned. With other databases it is pinned once more, when all are frozen, and writers wait until all are thawed (W23).
 */
final class SqliteWriter implements DatabaseWriter {
    private final SqliteAdapter adapter;
    private final SqliteSettings settings;
    private final Pins pins;
    private final BackedUpJournals journals;

    SqliteWriter(SqliteAdapter adapter, SqliteSettings settings, Pins pins, BackedUpJournals journals) {
        this.journals = journals;
        this.adapter = adapter;
        this.settings = settings;
        this.pins = pins;
    }

    @Override
    public void prepare(Consumer<String> log) throws IOException {
        adapter.requireFile();
        String mode;
        try (Connection connection = adapter.open(true);
                Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery("PRAGMA journal_mode")) {
            mode = answer.next() ? answer.getString(1) : "unknown";
        } catch (SQLException unreadable) {
            throw new BackupException(
                    DatabaseFault.NO_ONLINE_BACKUP,
                    "database " + settings.name() + " in " + settings.file() + " can't be read: "
                            + unreadable.getMessage(),
                    "Check it with PRAGMA integrity_check.",
                    unreadable);
        }
        if (!mode.equals("wal")) {
            throw new BackupException(
                    DatabaseFault.NOT_IN_ARCHIVE_MODE,
                    "database " + settings.name() + " has no write-ahead log: its journal_mode is " + mode,
                    "Turn it on, with the application stopped: sqlite3 " + settings.file()
                            + " 'PRAGMA journal_mode = WAL;'; or back it up offline.");
        }
        log.accept("database " + settings.name() + " has a write-ahead log");
    }

    @Override
    public List<DatabaseComponent> components() throws IOException {
        adapter.requireFile();
        return List.of(new DatabaseComponent("main file", Kind.DATA, settings.file(), List.of()));
    }

    @Override
    public Consistency needed() {
        return Consistency.NONE;
    }

    @Override
    public SharedInstant sharedInstant() {
        return SharedInstant.HELD;
    }

    @Override
    public boolean standsStill() {
        return true;
    }

    @Override
    public boolean endsWithProcess() {
        return true;
    }

    @Override
    public BackupMode begin(String id, Duration timeout, Consumer<String> log) throws IOException {
        Pins.Pin pin = pins.start(settings.file(), id, timeout);
        try {
            String answer = pin.answer();
            if (!PinProgram.PINNED.equals(answer)) {
                throw new BackupException(
                        DatabaseFault.BACKUP_MODE_FAILED,
                        "database " + settings.name() + " could not be pinned: "
                                + (answer == null ? "the process that was to do it has ended" : answer),
                        "End what reads it without a pause, and repeat.");
            }
            log.accept("main file " + settings.file() + " stands still; changes go to its write-ahead log");
            return new Pinned(pin, LogAtPin.facts(settings.file(), journals));
        } catch (IOException | RuntimeException e) {
            pin.end();
            throw e;
        }
    }

    @Override
    public void abandon(String id, Consumer<String> log) throws IOException {
        pins.end(id);
    }

    @Override
    public String leaveBackupMode(Duration timeout) throws IOException {
        return "the copy is of a file that stood still; " + adapter.verifyOpen(timeout);
    }

    private final class Pinned implements BackupMode {
        private final Pins.Pin pin;
        private Map<String, String> log;
        private boolean warned;
        private boolean frozen;

        Pinned(Pins.Pin pin, Map<String, String> log) {
            this.log = log;
            this.pin = pin;
        }

        @Override
        public Map<String, String> facts() {
            return log;
        }

        @Override
        public boolean freeze(Duration limit) {
            return false;
        }

        @Override
        public boolean freezeWithOthers(Duration limit) throws IOException {
            frozen = true;
            @Nullable String answer = asked(PinProgram.FREEZE + " " + limit.toMillis());
            if (!PinProgram.FROZEN.equals(answer)) {
                throw new BackupException(
                        DatabaseFault.BACKUP_MODE_LOST,
                        "database " + settings.name() + " could not be frozen: "
                                + (answer == null ? "the process that was to do it has ended" : answer),
                        "End what reads it without a pause, or raise its 'freeze', and repeat.");
            }
            // of the new pin, while nothing can be committed
            log = LogAtPin.facts(settings.file(), journals);
            return true;
        }

        @Override
        public void thaw() throws IOException {
            if (!frozen) {
                return;
            }
            frozen = false;
            if (!PinProgram.THAWED.equals(asked(PinProgram.THAW))) {
                throw lost(null);
            }
        }

        private @Nullable String asked(String request) throws IOException {
            try {
                pin.ask(request);
                return pin.answer();
            } catch (IOException gone) {
                throw lost(gone);
            }
        }

        /** By the log's name alone: who opens it here may drop locks of this process. */
        @Override
        public void watch(Consumer<String> warn) throws IOException {
            Path delta = settings.file().resolveSibling(settings.file().getFileName() + "-wal");
            ByteCount size = ByteCount.of(Files.exists(delta) ? Files.size(delta) : 0);
            SqliteSettings.Delta limits = settings.delta();
            if (size.compareTo(limits.limit()) > 0) {
                // the application's next checkpoint merges it
                pin.end();
                throw new BackupException(
                        DatabaseFault.BACKUP_MODE_LOST,
                        "the changes to database " + settings.name() + " during its backup have grown to " + size
                                + ", more than " + limits.limit()
                                + ", and the backup was given up for them to be merged",
                        "Back it up when less is written, from a snapshot, or raise its deltaLimit.");
            }
            if (size.compareTo(limits.warning()) > 0 && !warned) {
                warned = true;
                warn.accept("the changes to database " + settings.name() + " during its backup have grown to " + size
                        + "; at " + limits.limit() + " the backup is given up");
            }
        }

        /** That the process still answers says that it has held the pin all the time. */
        @Override
        public BackupEnd end(Duration timeout) throws IOException {
            @Nullable String answer = asked(PinProgram.END);
            if (answer == null || !answer.startsWith(PinProgram.HELD)) {
                throw lost(null);
            }
            Map<String, String> facts = new TreeMap<>(log);
            facts.put("deltaBytes", answer.substring(PinProgram.HELD.length()).strip());
            return BackupEnd.of(facts);
        }

        private BackupException lost(@Nullable Throwable cause) {
            Path file = settings.file();
            return new BackupException(
                    DatabaseFault.BACKUP_MODE_LOST,
                    "the process that pinned " + file + " has ended, so the file may have changed while it was copied",
                    "Repeat the backup; see who ends processes on this machine.",
                    cause);
        }

        @Override
        public void close() {
            pin.end();
        }
    }
}
