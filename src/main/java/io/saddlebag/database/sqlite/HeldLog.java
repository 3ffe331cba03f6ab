package io.saddlebag.database.sqlite;

import io.saddlebag.database.GrowingJournal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;

/**
 * A write-ahead log that nobody else begins anew (J2). A reader that began when all of the log was merged reads the main file only,
 * and holds the lock that every checkpoint needs for writing into it; one that began before keeps the log from being begun anew.
 * Either way the log can only grow, until this object moves its own reader while writers wait. Let go of by the end of its
 * process only. One thread.
 */
final class HeldLog {
    private static final int LOG_HEADER_BYTES = 32;
    private static final int FRAME_HEADER_BYTES = 24;

    private final Connection writer;
    private final Connection merger;
    private final Connection reader;
    private boolean blocked;

    private HeldLog(Connection writer, Connection merger, Connection reader) {
        this.writer = writer;
        this.merger = merger;
        this.reader = reader;
    }

    /** @throws SQLException also when it has no write-ahead log: the message says what it has */
    static HeldLog of(Path file) throws SQLException {
        Connection first = open(file);
        try (Statement statement = first.createStatement();
                ResultSet mode = statement.executeQuery("PRAGMA journal_mode")) {
            String found = mode.next() ? mode.getString(1) : "unknown";
            if (!found.equals("wal")) {
                throw new SQLException(HoldProgram.NO_LOG + found);
            }
        } catch (SQLException | RuntimeException e) {
            first.close();
            throw e;
        }
        HeldLog held = new HeldLog(first, open(file), open(file));
        held.read();
        return held;
    }

    private void read() throws SQLException {
        run(reader, "BEGIN");
        try (Statement statement = reader.createStatement()) {
            statement.executeQuery("SELECT count(*) FROM sqlite_master").close();
        }
    }

    /** @return false when another write transaction didn't end within so many milliseconds */
    boolean block(int millis) throws SQLException {
        if (blocked) {
            return true;
        }
        try {
            run(writer, "PRAGMA busy_timeout = " + millis);
            run(writer, "BEGIN IMMEDIATE");
            blocked = true;
            return true;
        } catch (SQLException refused) {
            if (SqliteAdapter.isBusy(refused)) {
                return false;
            }
            throw refused;
        }
    }

    void unblock() throws SQLException {
        if (blocked) {
            blocked = false;
            run(writer, "ROLLBACK");
        }
    }

    /**
     * While writers wait, what the log holds is merged and the reader begins anew. Then it is cut to nothing, if nobody has written in
     * between: what is written is held by the reader, so that SQLite refuses.
     */
    GrowingJournal.Cut cut() throws SQLException {
        if (!blocked) {
            throw new IllegalStateException("a log is cut while writers wait");
        }
        boolean merged;
        try {
            run(reader, "ROLLBACK");
            merged = isMerged("PASSIVE");
            read();
        } finally {
            unblock();
        }
        if (!merged) {
            return GrowingJournal.Cut.KEPT;
        }
        return isMerged("TRUNCATE") ? GrowingJournal.Cut.EMPTY : GrowingJournal.Cut.MERGED;
    }

    private boolean isMerged(String mode) throws SQLException {
        try (Statement statement = merger.createStatement();
                ResultSet checkpoint = statement.executeQuery("PRAGMA wal_checkpoint(" + mode + ")")) {
            return checkpoint.next()
                    && checkpoint.getInt(1) == 0
                    && checkpoint.getInt(2) >= 0
                    && checkpoint.getInt(2) == checkpoint.getInt(3);
        } catch (SQLException refused) {
            if (SqliteAdapter.isBusy(refused)) {
                return false;
            }
            throw refused;
        }
    }

    /** As {@link GrowingJournal#merge}. */
    static long merge(Path file) throws SQLException {
        try (Connection connection = open(file);
                Statement statement = connection.createStatement()) {
            long page;
            try (ResultSet answer = statement.executeQuery("PRAGMA page_size")) {
                page = answer.getLong(1);
            }
            long frames;
            try (ResultSet checkpoint = statement.executeQuery("PRAGMA wal_checkpoint(PASSIVE)")) {
                frames = checkpoint.getLong(2);
                if (checkpoint.getInt(1) != 0 || frames != checkpoint.getLong(3)) {
                    throw new SQLException("somebody has the file open");
                }
            }
            try (ResultSet truncated = statement.executeQuery("PRAGMA wal_checkpoint(TRUNCATE)")) {
                if (truncated.getInt(1) != 0) {
                    throw new SQLException("somebody has the file open");
                }
            }
            return frames <= 0 ? 0 : LOG_HEADER_BYTES + frames * (FRAME_HEADER_BYTES + page);
        }
    }

    private static void run(Connection connection, String command) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(command);
        }
    }

    private static Connection open(Path file) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        // never CREATE: a missing database must not become an empty one
        config.resetOpenMode(SQLiteOpenMode.CREATE);
        config.setBusyTimeout(0);
        Connection connection = config.createConnection("jdbc:sqlite:" + file);
        // the end of a transaction of its own is no reason to merge
        run(connection, "PRAGMA wal_autocheckpoint = 0");
        return connection;
    }
}
