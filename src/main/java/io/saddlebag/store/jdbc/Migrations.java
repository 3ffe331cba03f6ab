package io.saddlebag.store.jdbc;

import io.saddlebag.fault.BackupException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.ClassicConfiguration;
import org.flywaydb.core.api.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/** Brings the schema to the version of this program, once, whichever process comes first. */
final class Migrations {
    /** The newest {@code db/migration/V<n>__*.sql}. */
    static final int KNOWN = 14;

    private static final String HISTORY = "flyway_schema_history";
    private static final Map<String, String> SQLITE =
            Map.of("clustered", "without rowid", "bytes", "blob", "bytewise", "");

    private final SqliteFile sqlite;

    Migrations(SqliteFile sqlite) {
        this.sqlite = sqlite;
    }

    /** Does nothing, and doesn't load Flyway, when the schema is current. */
    void bring() throws BackupException {
        String what = "opening the catalog";
        try {
            if (version() == KNOWN) {
                return;
            }
            what = "bringing the catalog to schema " + KNOWN;
            try (Connection lock = sqlite.migrationLock().getConnection();
                    Statement statement = lock.createStatement()) {
                statement.execute("begin exclusive");
                if (version() < KNOWN) {
                    prepareFile();
                    migrate();
                }
                statement.execute("commit");
            }
        } catch (SQLException e) {
            throw sqlite.failure(what, e);
        } catch (FlywayException e) {
            throw sqlite.failure(what, underneath(e));
        }
    }

    /** 0 when the file is new. */
    private int version() throws SQLException, BackupException {
        try (Connection connection = sqlite.writing().getConnection();
                Statement statement = connection.createStatement()) {
            // all questions of one state of the file: another process may be migrating it at this moment
            statement.execute("begin");
            Optional<String> history = table(connection, "name = '" + HISTORY + "'");
            if (history.isEmpty()) {
                Optional<String> foreign = table(connection, "name not like 'sqlite_%'");
                if (foreign.isPresent()) {
                    throw sqlite.unknownContent(foreign.get());
                }
                return 0;
            }
            int found = Sql.first(
                            connection,
                            "select coalesce(max(cast(version as integer)), 0) from " + HISTORY + " where success",
                            row -> row.getInt(1))
                    .orElse(0);
            if (found > KNOWN) {
                throw sqlite.newerSchema(found, KNOWN);
            }
            return found;
        }
    }

    private static Optional<String> table(Connection connection, String condition) throws SQLException {
        return Sql.first(
                connection,
                "select name from sqlite_master where type = 'table' and " + condition,
                row -> row.getString(1));
    }

    /** Kept in the file's header, so it is done only once. */
    private void prepareFile() throws SQLException {
        try (Connection connection = sqlite.writing().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("pragma journal_mode = wal");
        }
    }

    private void migrate() {
        try {
            Flyway.configure(Migrations.class.getClassLoader())
                    .loggers(QuietFlywayLog.class.getName())
                    .dataSource(sqlite.writing())
                    .locations("classpath:db/migration")
                    .table(HISTORY)
                    .placeholders(SQLITE)
                    .cleanDisabled(true)
                    .load()
                    .migrate();
        } finally {
            // Flyway's choice of log belongs to the whole process: give it back to a host that uses Flyway, too
            LogFactory.setConfiguration(new ClassicConfiguration());
        }
    }

    private static SQLException underneath(FlywayException failure) {
        for (@Nullable Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof SQLException sql) {
                return sql;
            }
        }
        return new SQLException(failure.getMessage(), failure);
    }
}
