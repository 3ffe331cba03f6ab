package io.saddlebag.database.postgresql;

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Backup mode by PostgreSQL's low-level interface ({@code pg_backup_start}, {@code pg_backup_stop}). It is bound to a session:
 * when that ends, for whatever reason, the server is not in backup mode any more, and nothing of it is left.
 *
 * <p>Nothing has to be frozen: pages that were copied while they were written are replaced from the journals between start and
 * stop, which a temporary replication slot of the same session keeps in place until they have been copied, too. So any copy
 * will do, and its recovery needs no archive. It ends at the stop.
 */
final class PostgresqlWriter implements DatabaseWriter {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final Duration TERMINATE_LIMIT = Duration.ofSeconds(20);

    private final PostgresqlAdapter adapter;
    private final PostgresqlSettings settings;
    private final ServerConnections connections;
    private final ServerFiles files;
    private final Waiter waiter;

    PostgresqlWriter(
            PostgresqlAdapter adapter,
            PostgresqlSettings settings,
            ServerConnections connections,
            ServerFiles files,
            Waiter waiter) {
        this.adapter = adapter;
        this.settings = settings;
        this.connections = connections;
        this.files = files;
        this.waiter = waiter;
    }

    @Override
    public void prepare(Consumer<String> log) throws IOException, InterruptedException {
        prepare(log, this::requireRights);
    }

    /** What else a way of copying needs of the server. */
    interface Further {
        void require(Connection connection) throws SQLException, IOException;
    }

    void prepare(Consumer<String> log, Further further) throws IOException, InterruptedException {
        DatabaseState state = adapter.state();
        if (state != DatabaseState.OPEN) {
            throw impossible("is " + state + ", not open", "Start it, or back it up offline.");
        }
        try (Connection connection = connections.open(CONNECT_LIMIT)) {
            requirePrimary(connection);
            requireArchiveMode(connection);
            further.require(connection);
            log.accept("database " + settings.name() + " keeps its journals (archive_mode is "
                    + Queries.text(connection, "select current_setting('archive_mode')") + ")");
            for (String gap : adapter.unprotected()) {
                log.accept("WARNING: " + gap);
            }
        } catch (SQLException refused) {
            throw new BackupException(
                    DatabaseFault.NO_ONLINE_BACKUP,
                    "database " + settings.name() + " doesn't answer: " + refused.getMessage(),
                    "Check the options host, port, user and passwordFile.",
                    refused);
        }
    }

    private void requirePrimary(Connection connection) throws SQLException, BackupException {
        if (Queries.isTrue(connection, "select pg_is_in_recovery()")) {
            throw impossible(
                    "is in recovery: a standby, or not recovered yet",
                    "Back up the primary, or wait until recovery is over.");
        }
    }

    /** W8. */
    private void requireArchiveMode(Connection connection) throws SQLException, BackupException {
        String level = Queries.text(connection, "select current_setting('wal_level')");
        String mode = Queries.text(connection, "select current_setting('archive_mode')");
        String way = Queries.text(
                connection,
                "select coalesce(nullif(current_setting('archive_command'), '(disabled)'), '')"
                        + " || coalesce(current_setting('archive_library', true), '')");
        boolean archives = !mode.equals("off") && !way.isBlank();
        if (archives && !level.equals("minimal")) {
            return;
        }
        throw new BackupException(
                DatabaseFault.NOT_IN_ARCHIVE_MODE,
                "database " + settings.name() + " doesn't keep its journals: wal_level is " + level
                        + ", archive_mode is " + mode
                        + (way.isBlank() ? ", and neither archive_command nor archive_library is set" : ""),
                "Turn it on, as superuser: "
                        + "alter system set wal_level = 'replica'; "
                        + "alter system set archive_mode = 'on'; "
                        + "alter system set archive_command = 'test ! -f /ARCHIVE/%f && cp %p /ARCHIVE/%f'; "
                        + "then restart the server: " + settings.binDirectory().resolve("pg_ctl") + " restart -D "
                        + settings.dataDirectory() + ".");
    }

    private void requireRights(Connection connection) throws SQLException, BackupException {
        BackupFunctions functions = BackupFunctions.of(connection);
        boolean may = Queries.isTrue(
                connection,
                "select (select rolsuper or rolreplication from pg_roles where rolname = current_user)"
                        + " and has_function_privilege('" + functions.startSignature() + "', 'execute')"
                        + " and has_function_privilege('" + functions.stopSignature() + "', 'execute')");
        if (!may) {
            throw impossible(
                    "doesn't let role " + settings.user() + " begin a backup",
                    "As superuser: alter role " + settings.user() + " replication; grant execute on function "
                            + functions.startSignature() + ", " + functions.stopSignature() + " to " + settings.user()
                            + ";");
        }
    }

    @Override
    public List<DatabaseComponent> components() throws IOException {
        return files.onlineComponents();
    }

    @Override
    public List<DatabaseComponent> recoveryArea() {
        Path archive = settings.archive();
        return archive == null
                ? List.of()
                : List.of(new DatabaseComponent("archive", DatabaseComponent.Kind.RECOVERY_AREA, archive, List.of()));
    }

    /** The order in which files are read doesn't matter, nor whether they are written meanwhile. */
    @Override
    public Consistency needed() {
        return Consistency.NONE;
    }

    @Override
    public SharedInstant sharedInstant() {
        return SharedInstant.END;
    }

    @Override
    public boolean endsWithProcess() {
        return true;
    }

    @Override
    public BackupMode begin(String id, Duration timeout, Consumer<String> log)
            throws IOException, InterruptedException {
        Connection connection = null;
        try {
            connection = connections.open(timeout);
            return BackupSession.begin(connection, id, settings, log);
        } catch (SQLException refused) {
            close(connection, refused);
            throw new BackupException(
                    DatabaseFault.BACKUP_MODE_FAILED,
                    "database " + settings.name() + " could not be put in backup mode: " + refused.getMessage(),
                    "Read the server's log; a free replication slot is needed (max_replication_slots).",
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
        String sessions = " from pg_stat_activity where application_name = " + Queries.quoted(BackupSession.name(id));
        Deadline deadline = Deadline.after(waiter, TERMINATE_LIMIT);
        try (Connection connection = connections.open(CONNECT_LIMIT)) {
            while (!Queries.text(connection, "select count(*)::text" + sessions).equals("0")) {
                Queries.text(connection, "select count(pg_terminate_backend(pid))::text" + sessions);
                log.accept("ended the session that held database " + settings.name() + " in backup mode " + id);
                if (deadline.passed()) {
                    throw notLeft("its session doesn't end", null);
                }
                deadline.await(PostgresqlAdapter.LOOK_AGAIN);
            }
        } catch (SQLException refused) {
            if (adapter.state() != DatabaseState.STOPPED) {
                throw notLeft(String.valueOf(refused.getMessage()), refused);
            }
        }
    }

    private BackupException notLeft(String why, @Nullable Throwable cause) {
        return new BackupException(
                DatabaseFault.BACKUP_MODE_LOST,
                "the backup mode of database " + settings.name() + " could not be ended: " + why,
                "End the sessions of application 'saddlebag backup' with pg_terminate_backend.",
                cause);
    }

    /** The server leaves it by itself once its recovery has come to the end of the backup; it then renames the label. */
    @Override
    public String leaveBackupMode(Duration timeout) throws IOException, InterruptedException {
        String open = adapter.requireOpen(timeout);
        Path label = settings.dataDirectory().resolve(RestoredCopy.LABEL);
        if (Files.exists(label)) {
            throw new BackupException(
                    DatabaseFault.NOT_OPEN,
                    "database " + settings.name() + " runs, but " + label + " is still there",
                    "Read the server's log " + settings.logFile() + ".");
        }
        return "recovery has come to the end of the backup; " + open;
    }

    BackupException impossible(String why, String hint) {
        return new BackupException(DatabaseFault.NO_ONLINE_BACKUP, "database " + settings.name() + " " + why, hint);
    }
}
