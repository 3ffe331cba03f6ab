package io.saddlebag.database.postgresql;

import io.saddlebag.database.DatabaseTransfer.Names;
import io.saddlebag.host.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/**
 * The one transaction in which a database gives way to another one. Renaming waits five seconds for connections to end, and keeps new ones
 * out meanwhile; so those that are there are ended right before, in the same message, and what came in between makes it be tried again.
 */
final class GivenName {
    /** SQLSTATE {@code object_in_use}. */
    private static final String IN_USE = "55006";

    private static final int MOST_TRIES = 20;
    private static final Duration BETWEEN = Duration.ofMillis(200);

    private final Connection connection;
    private final Names names;
    private final Deadline deadline;

    GivenName(Connection connection, Names names, Deadline deadline) {
        this.connection = connection;
        this.names = names;
        this.deadline = deadline;
    }

    List<String> give() throws SQLException, InterruptedException {
        boolean givesWay = names.as() == null && ClusterTransfer.isThere(connection, names.database());
        StringBuilder all = new StringBuilder();
        end(all, names.unfinished());
        if (givesWay) {
            end(all, names.database());
            rename(all, names.database(), names.aside());
        }
        rename(all, names.unfinished(), names.last());
        connection.setAutoCommit(false);
        for (int tries = 1; ; tries++) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(all.toString());
                connection.commit();
                return givesWay
                        ? List.of(
                                "database " + names.database() + " is the recovered one; what had its name is kept as "
                                        + names.aside() + ", drop it when you are content")
                        : List.of("the recovered database is " + names.last());
            } catch (SQLException e) {
                connection.rollback();
                if (!IN_USE.equals(e.getSQLState()) || tries >= MOST_TRIES || deadline.passed()) {
                    throw e;
                }
                deadline.await(BETWEEN);
            }
        }
    }

    private static void end(StringBuilder all, String database) {
        all.append("select pg_terminate_backend(pid) from pg_catalog.pg_stat_activity where pid <> pg_backend_pid()"
                        + " and datname = ")
                .append(Queries.quoted(database))
                .append("; ");
    }

    private static void rename(StringBuilder all, String from, String to) {
        all.append("alter database ")
                .append(ClusterTransfer.identifier(from))
                .append(" rename to ")
                .append(ClusterTransfer.identifier(to))
                .append("; ");
    }
}
