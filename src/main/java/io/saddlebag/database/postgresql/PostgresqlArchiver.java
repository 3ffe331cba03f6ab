package io.saddlebag.database.postgresql;

import io.saddlebag.database.ArchivingServer;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** A server, 10 or newer, and its archiver. */
final class PostgresqlArchiver implements ArchivingServer {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final PostgresqlSettings settings;
    private final ServerConnections connections;

    PostgresqlArchiver(PostgresqlSettings settings, ServerConnections connections) {
        this.settings = settings;
        this.connections = connections;
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public State state() throws IOException {
        try (Connection connection = connections.open(LIMIT)) {
            return new State(
                    off(connection),
                    Queries.isTrue(connection, "select pg_is_in_recovery()"),
                    Queries.text(connection, "select last_archived_wal from pg_stat_archiver"),
                    failing(connection));
        } catch (SQLException refused) {
            throw failed("doesn't say how its archive is: " + refused.getMessage(), refused);
        }
    }

    private static String off(Connection connection) throws SQLException {
        List<String> set =
                Queries.row(connection, "select current_setting('archive_mode'), current_setting('wal_level')");
        if (set.get(0).equals("off")) {
            return "archive_mode is off";
        }
        return set.get(1).equals("minimal") ? "wal_level is minimal" : "";
    }

    /** The archiver tries a journal again and again, and goes on with no other. */
    private static String failing(Connection connection) throws SQLException {
        if (!Queries.isTrue(
                connection,
                "select coalesce(nullif(current_setting('archive_command'), '(disabled)'), '')"
                        + " || coalesce(current_setting('archive_library', true), '') <> ''")) {
            return "neither archive_command nor archive_library is set";
        }
        List<String> found = Queries.row(
                connection,
                "select coalesce(last_failed_time > last_archived_time, last_failed_time is not null), last_failed_wal,"
                        + " date_trunc('second', last_failed_time) from pg_stat_archiver");
        return found.get(0).equals("t") ? "archiving " + found.get(1) + " failed last at " + found.get(2) : "";
    }

    private BackupException failed(String what, SQLException cause) {
        return new BackupException(
                DatabaseFault.NOT_OPEN,
                "database " + settings.name() + " at " + settings.host() + ":" + settings.port() + " " + what,
                "Check that it runs, and the options host, port, user and passwordFile.",
                cause);
    }
}
