package io.saddlebag.database.mariadb;

import io.saddlebag.database.BackupEnd;
import io.saddlebag.database.BackupMode;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Deadline;
import io.saddlebag.host.Waiter;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The session that holds a server in a stage of its backup: {@code START} from the begin on, {@code BLOCK_COMMIT} while it is
 * frozen, none after the thaw, since a stage can't be left for an earlier one. All ends with the session, and the server ends
 * a session that says nothing for longer than a freeze may last.
 */
final class StagedBackup implements BackupMode {
    private static final String LOCK_PREFIX = "saddlebag backup ";
    /** The server ends a wait itself, and answers, before the driver gives up. */
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private static final String FLUSH_LOGS = "flush no_write_to_binlog engine logs";

    private final Connection connection;
    private final MariadbSettings settings;
    private final Waiter waiter;
    private final Map<String, String> facts = new LinkedHashMap<>();
    private boolean prepared;
    private boolean frozen;
    private boolean wasFrozen;

    private StagedBackup(Connection connection, MariadbSettings settings, Waiter waiter) {
        this.connection = connection;
        this.settings = settings;
        this.waiter = waiter;
    }

    /** As a literal: the lock by which other sessions find the one that holds this backup. */
    static String lock(String id) {
        return "'" + LOCK_PREFIX + id.replace("'", "''") + "'";
    }

    /** @param connection the session's from now on, also when this fails */
    static StagedBackup begin(
            Connection connection, String id, MariadbSettings settings, Duration timeout, Waiter waiter)
            throws SQLException {
        if (!Queries.text(connection, "select get_lock(" + lock(id) + ", 0)").equals("1")) {
            throw new SQLException("another session has the lock " + lock(id));
        }
        StagedBackup session = new StagedBackup(connection, settings, waiter);
        session.setIdleLimit(Duration.ofDays(1));
        session.stage("start", timeout);
        return session;
    }

    /** What needs no standstill: nothing waits for stage {@code FLUSH}, and a redo log that is written twice is short the second time. */
    @Override
    public void prepareFreeze(Duration limit) throws IOException {
        Deadline deadline = Deadline.after(waiter, limit);
        try {
            facts.put("serverVersion", Queries.text(connection, "select version()"));
            stage("flush", deadline.remaining());
            Queries.run(connection, FLUSH_LOGS);
            prepared = true;
        } catch (SQLException refused) {
            throw lost(refused);
        }
    }

    /**
     * Waits for statements that write to tables without transactions, for changes of definitions, and for commits; those that
     * come later wait. What has been committed is in the redo log's file then, and so in a snapshot.
     */
    @Override
    public boolean freeze(Duration limit) throws IOException {
        if (!prepared) {
            prepareFreeze(limit);
        }
        try {
            // from here on: others that are frozen together with it may have taken their time to get ready
            setIdleLimit(limit);
            limitWaits(limit);
            wasFrozen = true;
            frozen = true;
            Queries.run(connection, "backup stage block_ddl");
            Queries.run(connection, "backup stage block_commit");
            Queries.run(connection, FLUSH_LOGS);
            readPosition();
            return true;
        } catch (SQLException refused) {
            throw lost(refused);
        }
    }

    private void readPosition() throws SQLException {
        List<String> status = Queries.rows(connection, "show master status").get(0);
        facts.put("binaryLog", status.get(0));
        facts.put("binaryLogPosition", status.get(1));
        facts.put("gtid", Queries.text(connection, "select @@global.gtid_binlog_pos"));
    }

    @Override
    public void thaw() throws IOException {
        if (!frozen) {
            return;
        }
        frozen = false;
        try {
            // at once: how long it waits was said before
            Queries.run(connection, "backup stage end");
            setIdleLimit(Duration.ofDays(1));
        } catch (SQLException gone) {
            throw lost(gone);
        }
    }

    @Override
    public BackupEnd end(Duration timeout) throws IOException {
        try {
            thaw();
            if (!wasFrozen) {
                stage("end", timeout);
            }
            // a session that was ended meanwhile held nothing for a part of the time
            Queries.text(connection, "select 1");
        } catch (SQLException gone) {
            throw lost(gone);
        }
        if (!wasFrozen) {
            throw new BackupException(
                    DatabaseFault.BACKUP_MODE_LOST,
                    "database " + settings.name() + " was never frozen, so no copy of it is of one instant",
                    "Take a snapshot between begin and end of backup mode.");
        }
        return BackupEnd.of(facts);
    }

    private void stage(String stage, Duration limit) throws SQLException {
        limitWaits(limit);
        Queries.run(connection, "backup stage " + stage);
    }

    private void limitWaits(Duration limit) throws SQLException {
        Queries.run(connection, "set session lock_wait_timeout = " + wholeSeconds(limit));
        connection.setNetworkTimeout(Runnable::run, millis(limit.plus(ANSWER)));
    }

    private void setIdleLimit(Duration limit) throws SQLException {
        Queries.run(connection, "set session wait_timeout = " + wholeSeconds(limit.plusSeconds(1)));
    }

    private static long wholeSeconds(Duration duration) {
        return Math.max(1, duration.plusMillis(999).toSeconds());
    }

    private static int millis(Duration duration) {
        return (int) Math.min(Integer.MAX_VALUE, duration.toMillis());
    }

    private BackupException lost(SQLException cause) {
        return new BackupException(
                DatabaseFault.BACKUP_MODE_LOST,
                "database " + settings.name() + " has lost its backup mode, or could not be frozen: "
                        + cause.getMessage(),
                "Look for long statements that write to tables without transactions or change definitions, and in the"
                        + " server's log whether the session was ended; repeat the backup.",
                cause);
    }

    /** The end of the session ends whatever stage it is in. */
    @Override
    public void close() throws IOException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IOException("the session of database " + settings.name() + " could not be closed", e);
        }
    }
}
