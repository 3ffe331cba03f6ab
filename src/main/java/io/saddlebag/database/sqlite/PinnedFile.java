package io.saddlebag.database.sqlite;

import io.saddlebag.host.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;

/**
 * A database file that stands still while its application goes on (J22): a reader that began when the write-ahead log was merged
 * keeps every checkpoint, whoever's, from writing into the main file, so that all changes go to the log, which is the delta.
 * One thread.
 */
final class PinnedFile implements AutoCloseable {
    /** Writers wait at most so long for one attempt. */
    private static final Duration ATTEMPT = Duration.ofMillis(250);

    private static final Duration PAUSE = Duration.ofMillis(10);

    private final Path file;
    private final Connection reader;
    private final @Nullable Object identity;
    private @Nullable Connection holder;

    private PinnedFile(Path file, Connection reader) {
        this.file = file;
        this.identity = identity(file);
        this.reader = reader;
    }

    /**
     * Merges the log, and pins the file before anything is written to the log again. A reader that begins when all of the log is
     * merged reads the main file only, and holds the lock that every checkpoint needs for writing into it (mark 0); one of a log
     * that isn't would let checkpoints go on up to what it reads.
     *
     * @throws SQLException also when other readers kept the log from being merged until the deadline
     */
    static PinnedFile pin(Path file, Deadline deadline) throws SQLException, InterruptedException {
        Connection reader = open(file);
        try (Connection writer = open(file);
                Connection merger = open(file)) {
            while (!pin(writer, merger, reader)) {
                if (deadline.passed()) {
                    throw new SQLException("readers or writers keep its write-ahead log from being merged");
                }
                deadline.await(PAUSE);
            }
            rollBack(writer);
            return new PinnedFile(file, reader);
        } catch (SQLException | InterruptedException | RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    /**
     * Pins it anew, as it is now, and keeps writers waiting until {@link #release}: the file is as the database is for all that time (W23).
     *
     * @throws SQLException also when other readers or writers were in the way until the deadline; then it isn't pinned any more
     */
    void hold(Deadline deadline) throws SQLException, InterruptedException {
        release();
        rollBack(reader);
        Connection writer = open(file);
        holder = writer;
        try (Connection merger = open(file)) {
            while (!pin(writer, merger, reader)) {
                if (deadline.passed()) {
                    throw new SQLException("readers or writers keep its write-ahead log from being merged");
                }
                deadline.await(PAUSE);
            }
        }
    }

    /** Lets writers go on; the pin stays. No effect when nothing is held. */
    void release() throws SQLException {
        Connection writer = holder;
        holder = null;
        if (writer != null) {
            // its end ends its transaction
            writer.close();
        }
    }

    /** @return whether it is, and writers wait for the writer's transaction; else nobody does */
    private static boolean pin(Connection writer, Connection merger, Connection reader) throws SQLException {
        try (Statement write = writer.createStatement();
                Statement merge = merger.createStatement();
                Statement read = reader.createStatement()) {
            // the bulk, and an empty log where readers allow it; then, while writers wait, what they have added
            isMerged(merge, "TRUNCATE");
            write.execute("BEGIN IMMEDIATE");
            boolean pinned = false;
            try {
                if (isMerged(merge, "PASSIVE")) {
                    read.execute("BEGIN");
                    read.executeQuery("SELECT count(*) FROM sqlite_master").close();
                    pinned = true;
                }
                return pinned;
            } finally {
                if (!pinned) {
                    write.execute("ROLLBACK");
                }
            }
        } catch (SQLException refused) {
            if (SqliteAdapter.isBusy(refused)) {
                return false;
            }
            throw refused;
        }
    }

    private static void rollBack(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("ROLLBACK");
        }
    }

    /** Whether all that the log holds is in the main file. */
    private static boolean isMerged(Statement statement, String mode) throws SQLException {
        try (ResultSet checkpoint = statement.executeQuery("PRAGMA wal_checkpoint(" + mode + ")")) {
            return checkpoint.next()
                    && checkpoint.getInt(1) == 0
                    && checkpoint.getInt(2) >= 0
                    && checkpoint.getInt(2) == checkpoint.getInt(3);
        }
    }

    /** Asked by name only: this process must not open and close the file. */
    private static long deltaBytes(Path file) throws IOException {
        Path log = file.resolveSibling(file.getFileName() + "-wal");
        return Files.exists(log) ? Files.size(log) : 0;
    }

    long deltaBytes() throws IOException {
        return deltaBytes(file);
    }

    /** Whether the name still is that of the file that was pinned: no lock keeps anybody from deleting or renaming it. */
    boolean isInPlace() {
        return Objects.equals(identity, identity(file));
    }

    private static @Nullable Object identity(Path file) {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        } catch (IOException gone) {
            return null;
        }
    }

    /** Lets go, and merges the delta, unless others are in the way: then their own checkpoints do that. */
    @Override
    public void close() throws SQLException {
        try (reader;
                Statement statement = reader.createStatement()) {
            release();
            statement.execute("ROLLBACK");
            isMerged(statement, "TRUNCATE");
        }
    }

    private static Connection open(Path file) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.resetOpenMode(SQLiteOpenMode.CREATE);
        config.setBusyTimeout((int) ATTEMPT.toMillis());
        return config.createConnection("jdbc:sqlite:" + file);
    }
}
