package io.saddlebag.database.derby;

import io.saddlebag.database.BackupEnd;
import io.saddlebag.database.BackupMode;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One backup's freeze. The session that froze is the one that thaws: when it has ended, the database's process may have been
 * another one for a while, which froze nothing.
 */
final class DerbyFreeze implements BackupMode {
    /** A property of the database: the backup that may have it frozen. */
    static final String HOLDER = "saddlebag.backup";

    /** To execute a routine. */
    private static final String NO_RIGHT = "42504";

    private final Connection connection;
    private final String id;
    private final DerbySettings settings;
    private final ServerConnections connections;
    private final Map<String, String> facts = new LinkedHashMap<>();
    private boolean mayBeFrozen;
    private boolean wasFrozen;
    private boolean marked = true;

    private DerbyFreeze(Connection connection, String id, DerbySettings settings, ServerConnections connections) {
        this.connection = connection;
        this.id = id;
        this.settings = settings;
        this.connections = connections;
    }

    /**
     * Takes the place of any other backup, whose process may be dead; waits while that has the database frozen. One that lives finds
     * out, and is lost.
     *
     * @param connection the backup's from now on, but not when this fails
     */
    static DerbyFreeze begin(Connection connection, String id, DerbySettings settings, ServerConnections connections)
            throws SQLException {
        String version = connection.getMetaData().getDatabaseProductVersion();
        mark(connection, id);
        DerbyFreeze begun = new DerbyFreeze(connection, id, settings, connections);
        begun.facts.put("derbyVersion", version);
        return begun;
    }

    static String property(Connection connection, String name) throws SQLException {
        return ServerConnections.text(
                connection, "values syscs_util.syscs_get_database_property(" + ServerConnections.quoted(name) + ")");
    }

    /** @param id null for none */
    static void mark(Connection connection, @Nullable String id) throws SQLException {
        ServerConnections.call(
                connection,
                "syscs_set_database_property(" + ServerConnections.quoted(HOLDER) + ", "
                        + (id == null ? "cast(null as varchar(10))" : ServerConnections.quoted(id)) + ")");
    }

    /** Lets writes go on, then forgets whom they waited for: the mark is a write itself. */
    static void end(Connection connection) throws SQLException {
        ServerConnections.call(connection, "syscs_unfreeze_database()");
        mark(connection, null);
    }

    /** The freeze begins with a checkpoint, which has less to write after another one. */
    @Override
    public void prepareFreeze(Duration limit) throws IOException {
        try {
            checkpoint();
        } catch (SQLException refused) {
            throw lost(refused);
        }
    }

    private void checkpoint() throws SQLException {
        try {
            ServerConnections.call(connection, "syscs_checkpoint_database()");
        } catch (SQLException refused) {
            // whoever may freeze need not have the right to that, and the freeze does without
            if (!NO_RIGHT.equals(refused.getSQLState())) {
                throw refused;
            }
        }
    }

    @Override
    public boolean freeze(Duration limit) throws IOException {
        try {
            requireHeld();
            mayBeFrozen = true;
            wasFrozen = true;
            ServerConnections.call(connection, "syscs_freeze_database()");
            return true;
        } catch (SQLException refused) {
            throw lost(refused);
        }
    }

    private void requireHeld() throws SQLException, BackupException {
        if (!property(connection, HOLDER).equals(id)) {
            marked = false;
            throw lost(null);
        }
    }

    @Override
    public void thaw() throws IOException {
        if (!mayBeFrozen) {
            return;
        }
        try {
            // looked at while nobody can change it but who has thawed before
            requireHeld();
            ServerConnections.call(connection, "syscs_unfreeze_database()");
            mayBeFrozen = false;
        } catch (SQLException gone) {
            throw lost(gone);
        }
    }

    @Override
    public BackupEnd end(Duration timeout) throws IOException {
        thaw();
        if (!wasFrozen) {
            throw new BackupException(
                    DatabaseFault.BACKUP_MODE_LOST,
                    "database " + settings.name() + " was never frozen, so no copy of it is of one instant",
                    "Take a snapshot between begin and end of backup mode.");
        }
        try {
            requireHeld();
            mark(connection, null);
            marked = false;
            return BackupEnd.of(facts);
        } catch (SQLException gone) {
            throw lost(gone);
        }
    }

    private BackupException lost(@Nullable SQLException cause) {
        return new BackupException(
                DatabaseFault.BACKUP_MODE_LOST,
                "database " + settings.name() + " could not be frozen, or was let go on meanwhile"
                        + (cause == null ? "" : ": " + cause.getMessage()),
                "See in derby.log whether its process was restarted; repeat the backup.",
                cause);
    }

    /** The session's end would end no freeze. */
    @Override
    public void close() throws IOException {
        try {
            if (mayBeFrozen || marked) {
                endAnyhow();
            }
            mayBeFrozen = false;
            marked = false;
            connection.close();
        } catch (SQLException e) {
            throw new IOException("the freeze of database " + settings.name() + " could not be ended", e);
        }
    }

    private void endAnyhow() throws SQLException, IOException {
        try {
            endIfOurs(connection);
        } catch (SQLException gone) {
            try (Connection another = connections.open()) {
                endIfOurs(another);
            } catch (SQLException e) {
                gone.addSuppressed(e);
                throw gone;
            }
        }
    }

    /** Never another backup's, which has marked the database before it froze it. */
    private void endIfOurs(Connection through) throws SQLException {
        String holder = property(through, HOLDER);
        if (holder.equals(id) || (holder.isEmpty() && mayBeFrozen)) {
            end(through);
        }
    }
}
