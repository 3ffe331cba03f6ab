package io.saddlebag.database.derby;

import io.saddlebag.database.BackupMode;
import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.DatabaseState;
import io.saddlebag.database.DatabaseWriter;
import io.saddlebag.database.SharedInstant;
import io.saddlebag.fault.BackupException;
import io.saddlebag.snapshot.Consistency;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Backup mode of Derby: nothing before the freeze, which writes everything out and holds all writes
 * ({@code SYSCS_FREEZE_DATABASE}) while the files are cloned. A freeze belongs to no session, so that whoever connects can end it, and
 * nobody does by dying: the guard has to. Which backup it belongs to is a property of the database, set before.
 */
final class DerbyWriter implements DatabaseWriter {
    private static final String ARCHIVE_MODE = "derby.storage.logArchiveMode";

    private final DerbyAdapter adapter;
    private final DerbySettings settings;
    private final DatabaseFolder folder;
    private final ServerConnections connections;

    DerbyWriter(DerbyAdapter adapter, DerbySettings settings, DatabaseFolder folder, ServerConnections connections) {
        this.adapter = adapter;
        this.settings = settings;
        this.folder = folder;
        this.connections = connections;
    }

    @Override
    public void prepare(Consumer<String> log) throws IOException {
        folder.require();
        if (!settings.hasServer()) {
            throw impossible(
                    "is open in a process that nobody else can ask: option port is missing. A freeze that only that"
                            + " process hangs",
                    "Start Derby's network server in it (derby.drda.startNetworkServer=true) and configure port; or back it"
                            + " up offline.",
                    null);
        }
        DatabaseState state = adapter.state();
        if (state != DatabaseState.OPEN) {
            throw impossible("is " + state + ", not open", "Start it, or back it up offline.", null);
        }
        try (Connection connection = connections.open()) {
            requireArchiveMode(connection);
            log.accept("database " + settings.name() + " keeps its journals (" + ARCHIVE_MODE + " is true)");
        } catch (SQLException refused) {
            throw impossible(
                    "doesn't answer as it should: " + refused.getMessage(),
                    "Check the options host, port, user and passwordFile.",
                    refused);
        }
    }

    /** W8. The copy itself needs none, but without one there is nothing to go on from it to a later point in time. */
    private void requireArchiveMode(Connection connection) throws SQLException, BackupException {
        String mode = DerbyFreeze.property(connection, ARCHIVE_MODE);
        if (mode.equals("true")) {
            return;
        }
        throw new BackupException(
                DatabaseFault.NOT_IN_ARCHIVE_MODE,
                "database " + settings.name() + " doesn't keep its journals: " + ARCHIVE_MODE + " is "
                        + (mode.isEmpty() ? "not set" : mode),
                "Turn it on, once, with a first backup of Derby's own: call"
                        + " SYSCS_UTIL.SYSCS_BACKUP_DATABASE_AND_ENABLE_LOG_ARCHIVE_MODE('/FOLDER', 0);");
    }

    @Override
    public List<DatabaseComponent> components() throws IOException {
        return folder.components();
    }

    /** In the freeze nothing is written, so that files may be cloned one after another. */
    @Override
    public Consistency needed() {
        return Consistency.PER_FILE;
    }

    @Override
    public SharedInstant sharedInstant() {
        return SharedInstant.HELD;
    }

    @Override
    public BackupMode begin(String id, Duration timeout, Consumer<String> log) throws IOException {
        @Nullable Connection connection = null;
        try {
            connection = connections.open();
            DerbyFreeze freeze = DerbyFreeze.begin(connection, id, settings, connections);
            log.accept("database " + settings.name() + " is ready for backup " + id);
            return freeze;
        } catch (SQLException refused) {
            close(connection, refused);
            throw new BackupException(
                    DatabaseFault.BACKUP_MODE_FAILED,
                    "database " + settings.name() + " could not be prepared for its freeze: " + refused.getMessage(),
                    "Read derby.log of its process; the user needs the right to call SYSCS_FREEZE_DATABASE,"
                            + " SYSCS_UNFREEZE_DATABASE and SYSCS_SET_DATABASE_PROPERTY.",
                    refused);
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

    @Override
    public void abandon(String id, Consumer<String> log) throws IOException {
        if (adapter.state() == DatabaseState.STOPPED) {
            return;
        }
        try (Connection connection = connections.open()) {
            if (DerbyFreeze.property(connection, DerbyFreeze.HOLDER).equals(id)) {
                DerbyFreeze.end(connection);
                log.accept("ended the freeze of database " + settings.name() + " for backup " + id);
            }
        } catch (SQLException refused) {
            throw new BackupException(
                    DatabaseFault.BACKUP_MODE_LOST,
                    "the freeze of database " + settings.name() + " could not be ended: " + refused.getMessage(),
                    "Connect to it, and: call SYSCS_UTIL.SYSCS_UNFREEZE_DATABASE(); a restart of its process ends it, too.",
                    refused);
        }
    }

    /** A copy knows of the backup that it was made for, and of no freeze. */
    @Override
    public String leaveBackupMode(Duration timeout) throws IOException {
        if (settings.hasServer()) {
            try (Connection connection = connections.open()) {
                DerbyFreeze.mark(connection, null);
            } catch (SQLException refused) {
                throw new BackupException(
                        DatabaseFault.NOT_OPEN,
                        "database " + settings.name() + " doesn't answer: " + refused.getMessage(),
                        "Read derby.log of its process.",
                        refused);
            }
        }
        return "recovered to the instant of its freeze; " + adapter.verifyOpen(timeout);
    }

    private BackupException impossible(String why, String hint, @Nullable Throwable cause) {
        return new BackupException(
                DatabaseFault.NO_ONLINE_BACKUP, "database " + settings.name() + " " + why, hint, cause);
    }
}
