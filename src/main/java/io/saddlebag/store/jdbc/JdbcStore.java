package io.saddlebag.store.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.pool.HikariPool;
import io.saddlebag.fault.BackupException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;

/**
 * An opened store. Thread-safe, and several processes may have the same one open.
 *
 * <p>One transaction writes at a time: within the process the single writing connection sees to it, between processes
 * {@code BEGIN IMMEDIATE}, which waits before anything was read and so never has to be undone. Readers see the last commit
 * and wait for nobody. A process that dies leaves no lock and nothing half.
 */
public final class JdbcStore implements Closeable {
    /** How long a thread of this process waits for the writing connection, or for one of the reading ones. */
    static final Duration CONNECTION_WAIT = Duration.ofSeconds(60);

    /** Reading connections of a process. */
    static final int READERS = 4;

    /** Idle reading connections are closed after this. */
    private static final Duration READER_IDLE = Duration.ofMinutes(1);

    private final SqliteFile sqlite;
    private final HikariPool writer;
    private final HikariPool readers;

    private JdbcStore(SqliteFile sqlite) {
        this.sqlite = sqlite;
        HikariConfig writing = pool("saddlebag-write", sqlite.writing(), 1);
        writing.setConnectionInitSql(SqliteFile.seldomCheckpoints());
        this.writer = new HikariPool(writing);
        HikariConfig reading = pool("saddlebag-read", sqlite.reading(), READERS);
        reading.setMinimumIdle(0);
        reading.setIdleTimeout(READER_IDLE.toMillis());
        reading.setConnectionInitSql("pragma query_only = on");
        this.readers = new HikariPool(reading);
    }

    /**
     * Opens the SQLite file, makes it when it doesn't exist, and brings its schema up to date. Its folder must exist.
     *
     * @throws BackupException with one of the given faults; a file that isn't ours or is newer is left as it was
     */
    public static JdbcStore openSqlite(Path file, StoreFaults faults) throws BackupException {
        SqliteFile sqlite = new SqliteFile(file, faults);
        // over plain connections: a pool would go on trying for its whole timeout what can't work
        new Migrations(sqlite).bring();
        return new JdbcStore(sqlite);
    }

    /** What is done within one transaction. It may be begun again from its start, but never after it changed anything. */
    @FunctionalInterface
    public interface Work<T> {
        T on(Connection connection) throws SQLException, IOException;
    }

    /** As {@link Work}, without a result. */
    @FunctionalInterface
    public interface Change {
        void on(Connection connection) throws SQLException, IOException;
    }

    /**
     * Runs the work in a transaction that may write. All of it is on disk on return, or nothing when it throws.
     *
     * @param what for the message of a failure, as in {@code recording objects of backup 7}
     * @throws BackupException when the store failed
     */
    public <T> T write(String what, Work<T> work) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return transact(writer, "begin immediate", work);
            } catch (SQLException e) {
                if (!SqliteFile.busy(e) || attempt >= SqliteFile.BUSY_ATTEMPTS) {
                    throw failure(what, e);
                }
            }
        }
    }

    /** As {@link #write}, without a result. */
    public void change(String what, Change change) throws IOException {
        write(what, connection -> {
            change.on(connection);
            return true;
        });
    }

    /** Runs the work on the last committed state, which doesn't change while it reads. */
    public <T> T read(String what, Work<T> work) throws IOException {
        try {
            return transact(readers, "begin", work);
        } catch (SQLException e) {
            throw failure(what, e);
        }
    }

    /**
     * Makes a file that has the state of the last commit, and is a store of its own: nothing else belongs to it. Nobody waits for that, and it
     * is on disk on return, by its content. A failure may leave a part of it.
     *
     * @param copy doesn't exist yet; in a folder that does
     * @throws BackupException when the store failed, or has no room there
     */
    public void copyTo(Path copy) throws IOException {
        try (Connection connection = sqlite.reading().getConnection();
                PreparedStatement statement = connection.prepareStatement("vacuum into ?")) {
            statement.setString(1, copy.toString());
            statement.execute();
        } catch (SQLException e) {
            throw failure("copying to " + copy, e);
        }
        try (FileChannel written = FileChannel.open(copy, StandardOpenOption.READ)) {
            written.force(true);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            readers.shutdown();
            writer.shutdown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while closing " + sqlite.file());
        }
    }

    private IOException failure(String what, SQLException e) {
        if (Thread.currentThread().isInterrupted() && !SqliteFile.said(e)) {
            InterruptedIOException interrupted = new InterruptedIOException(what + " was interrupted");
            interrupted.initCause(e);
            return interrupted;
        }
        return sqlite.failure(what, e);
    }

    private static <T> T transact(HikariPool pool, String begin, Work<T> work) throws SQLException, IOException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(begin);
            try {
                T result = work.on(connection);
                statement.execute("commit");
                return result;
            } catch (SQLException | IOException | RuntimeException | Error e) {
                rollBack(pool, connection, statement, e);
                throw e;
            }
        }
    }

    /** SQLite has rolled back by itself after some failures; a connection in doubt is thrown away. */
    private static void rollBack(HikariPool pool, Connection connection, Statement statement, Throwable first) {
        try {
            statement.execute("rollback");
        } catch (SQLException e) {
            first.addSuppressed(e);
            pool.evictConnection(connection);
        }
    }

    /** The pool itself, not {@code HikariDataSource}, which tells the host's log about each opening and closing. */
    private static HikariConfig pool(String name, DataSource source, int size) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setDataSource(source);
        config.setMaximumPoolSize(size);
        config.setConnectionTimeout(CONNECTION_WAIT.toMillis());
        config.setMaxLifetime(0);
        config.setIdleTimeout(0);
        config.setInitializationFailTimeout(-1);
        config.validate();
        return config;
    }
}
