package io.saddlebag.database.mariadb;

import io.saddlebag.database.BackupMode;
import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.DatabaseState;
import io.saddlebag.database.DatabaseWriter;
import io.saddlebag.database.SharedInstant;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Deadline;
import io.saddlebag.host.Waiter;
import io.saddlebag.snapshot.Consistency;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Backup mode by {@code BACKUP STAGE}. It is bound to a session: when that ends, for whatever reason, everything goes on, and
 * nothing of it is left.
 *
 * <p>InnoDB writes its pages at any stage, so a copy has to be of one instant: it recovers as after a crash, and since no
 * commit is under way in it, engines and binary log agree on what was committed.
 */
final class MariadbWriter implements DatabaseWriter {
    private static final Duration KILL_LIMIT = Duration.ofSeconds(20);
    /** What {@code BACKUP STAGE} notes changes of definitions in, while it lasts. */
    private static final String DDL_LOG = "ddl.log";

    /** {@code ER_NO_SUCH_THREAD}. */
    private static final int NO_SUCH_THREAD = 1094;

    private final MariadbAdapter adapter;
    private final MariadbSettings settings;
    private final ServerProgram program;
    private final ServerConnections connections;
    private final Waiter waiter;

    MariadbWriter(
            MariadbAdapter adapter,
            MariadbSettings settings,
            ServerProgram program,
            ServerConnections connections,
            Waiter waiter) {
        this.adapter = adapter;
        this.settings = settings;
        this.program = program;
        this.connections = connections;
        this.waiter = waiter;
    }

    @Override
    public void prepare(Consumer<String> log) throws IOException, InterruptedException {
        ServerVariables variables = program.variables();
        DatabaseState state = adapter.state();
        if (state != DatabaseState.OPEN) {
            throw impossible("is " + state + ", not open", "Start it, or back it up offline.", null);
        }
        try (Connection connection = connections.open(MariadbAdapter.CONNECT_LIMIT)) {
            requireBinaryLog(connection);
            requireRights(connection);
            requireWrittenCommits(connection);
            adapter.requireSamePlaces(connection, variables);
            log.accept("database " + settings.name() + " keeps its journals (binary log "
                    + Queries.text(connection, "select @@global.log_bin_basename") + ")");
            for (String gap : adapter.unprotected()) {
                log.accept("WARNING: " + gap);
            }
        } catch (SQLException refused) {
            throw impossible(
                    "doesn't answer: " + refused.getMessage(),
                    "Check the options host, port, socket, user and passwordFile.",
                    refused);
        }
    }

    /** W8. The copy itself needs none, but without one there is nothing to go on from it to a later point in time. */
    private void requireBinaryLog(Connection connection) throws SQLException, BackupException {
        if (Queries.text(connection, "select @@global.log_bin").equals("1")) {
            return;
        }
        throw new BackupException(
                DatabaseFault.NOT_IN_ARCHIVE_MODE,
                "database " + settings.name() + " doesn't keep its journals: log_bin is OFF",
                "Turn it on in the server's file of options, below [mariadbd]: log_bin = binlog; server_id = 1;"
                        + " sync_binlog = 1; then restart the server.");
    }

    /**
     * With 0 a server acknowledges commits that are in its memory only, and no command makes it write them: the copy would lack
     * them, and the position in the binary log would be behind them.
     */
    private void requireWrittenCommits(Connection connection) throws SQLException, BackupException {
        if (Queries.text(connection, "select @@global.innodb_flush_log_at_trx_commit")
                .equals("0")) {
            throw impossible(
                    "acknowledges commits before it has written them: innodb_flush_log_at_trx_commit is 0",
                    "As an administrator: set global innodb_flush_log_at_trx_commit = 1 (or 2); and in the server's file"
                            + " of options. Or back it up offline.",
                    null);
        }
    }

    private void requireRights(Connection connection) throws SQLException, BackupException {
        String granted = Queries.text(
                connection,
                "select current_role() is not null or exists (select 1 from information_schema.user_privileges"
                        + " where grantee = concat('''', replace(current_user(), '@', '''@'''), '''')"
                        + " and privilege_type = 'RELOAD')");
        if (!granted.equals("1")) {
            throw impossible(
                    "doesn't let account " + settings.user() + " begin a backup",
                    "As an administrator: grant reload, binlog monitor, shutdown, select on *.* to "
                            + Queries.text(connection, "select current_user()") + ";",
                    null);
        }
    }

    @Override
    public List<DatabaseComponent> components() throws IOException, InterruptedException {
        List<DatabaseComponent> parts = new ArrayList<>(adapter.components());
        DatabaseComponent data = parts.get(0);
        List<String> leftOut = new ArrayList<>(data.transientNames());
        leftOut.add(DDL_LOG);
        parts.set(0, new DatabaseComponent(data.name(), data.kind(), data.path(), leftOut, data.emptied()));
        return List.copyOf(parts);
    }

    @Override
    public Consistency needed() {
        return Consistency.ATOMIC;
    }

    @Override
    public SharedInstant sharedInstant() {
        return SharedInstant.HELD;
    }

    @Override
    public boolean endsWithProcess() {
        return true;
    }

    @Override
    public BackupMode begin(String id, Duration timeout, Consumer<String> log) throws IOException {
        Connection connection = null;
        try {
            connection = connections.open(timeout);
            StagedBackup session = StagedBackup.begin(connection, id, settings, timeout, waiter);
            log.accept("database " + settings.name() + " is in backup mode " + id);
            return session;
        } catch (SQLException refused) {
            close(connection, refused);
            throw new BackupException(
                    DatabaseFault.BACKUP_MODE_FAILED,
                    "database " + settings.name() + " could not be put in backup mode: " + refused.getMessage(),
                    "See with 'show processlist' whether another backup holds it.",
                    refused);
        } catch (IOException | RuntimeException e) {
            close(connection, e);
            throw e;
        }
    }

    private static void close(@Nullable Connection connection, Exception first) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            first.addSuppressed(e);
        }
    }

    /** Ends the session, which is all of it. */
    @Override
    public void abandon(String id, Consumer<String> log) throws IOException, InterruptedException {
        if (adapter.state() == DatabaseState.STOPPED) {
            return;
        }
        Deadline deadline = Deadline.after(waiter, KILL_LIMIT);
        try (Connection connection = connections.open(MariadbAdapter.CONNECT_LIMIT)) {
            while (true) {
                String holder = Queries.text(connection, "select is_used_lock(" + StagedBackup.lock(id) + ")");
                if (holder.isEmpty()) {
                    return;
                }
                if (deadline.passed()) {
                    throw notLeft("session " + holder + " doesn't end", null);
                }
                kill(connection, holder);
                log.accept("ended session " + holder + ", which held database " + settings.name() + " in backup mode "
                        + id);
                deadline.await(MariadbAdapter.LOOK_AGAIN);
            }
        } catch (SQLException refused) {
            if (adapter.state() != DatabaseState.STOPPED) {
                throw notLeft(String.valueOf(refused.getMessage()), refused);
            }
        }
    }

    private static void kill(Connection connection, String session) throws SQLException {
        try {
            Queries.run(connection, "kill connection " + Long.parseLong(session));
        } catch (SQLException refused) {
            // it may have ended by itself in between
            if (refused.getErrorCode() != NO_SUCH_THREAD) {
                throw refused;
            }
        }
    }

    private BackupException notLeft(String why, @Nullable Throwable cause) {
        return new BackupException(
                DatabaseFault.BACKUP_MODE_LOST,
                "the backup mode of database " + settings.name() + " could not be ended: " + why,
                "End the session that 'select is_used_lock' of a lock 'saddlebag backup ...' names, with kill connection.",
                cause);
    }

    /** No stage outlasts the server; recovery at its start has brought it to the instant of the snapshot. */
    @Override
    public String leaveBackupMode(Duration timeout) throws IOException, InterruptedException {
        return "recovered to the instant of its snapshot; " + adapter.verifyOpen(timeout);
    }

    private BackupException impossible(String why, String hint, @Nullable Throwable cause) {
        return new BackupException(
                DatabaseFault.NO_ONLINE_BACKUP, "database " + settings.name() + " " + why, hint, cause);
    }
}
