package io.saddlebag.app;

import io.saddlebag.app.config.ConfigFault;
import io.saddlebag.app.config.ConfigFile;
import io.saddlebag.app.config.DatabaseConfig;
import io.saddlebag.backup.BackupRun;
import io.saddlebag.backup.OnlineOptions;
import io.saddlebag.database.BackedUpJournals;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.DatabaseOptions;
import io.saddlebag.database.Protection;
import io.saddlebag.database.derby.DerbyAdapter;
import io.saddlebag.database.derby.DerbySettings;
import io.saddlebag.database.mariadb.MariadbAdapter;
import io.saddlebag.database.mariadb.MariadbSettings;
import io.saddlebag.database.oracle.OracleAdapter;
import io.saddlebag.database.oracle.OracleSettings;
import io.saddlebag.database.postgresql.PostgresqlAdapter;
import io.saddlebag.database.postgresql.PostgresqlSettings;
import io.saddlebag.database.psql.PsqlAdapter;
import io.saddlebag.database.psql.PsqlSettings;
import io.saddlebag.database.script.ScriptAdapter;
import io.saddlebag.database.script.ScriptLog;
import io.saddlebag.database.script.ScriptSettings;
import io.saddlebag.database.sqlite.SqliteAdapter;
import io.saddlebag.database.sqlite.SqliteSettings;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Processes;
import io.saddlebag.host.Waiter;
import io.saddlebag.node.Defaults;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The configured databases: each engine's adapter made of its options. All are checked when they are made. */
final class Databases {
    private static final Set<String> SQLITE_OPTIONS = Set.of("file", "check", "deltaWarning", "deltaLimit");
    private static final Set<String> PSQL_OPTIONS =
            Set.of("butil", "files", "archiveLogged", "deltaWarning", "deltaLimit");
    private static final Set<String> DERBY_OPTIONS =
            Set.of("data", "host", "port", "user", "passwordFile", "check", "lib");

    private final ConfigFile config;
    private final Processes processes;
    private final Waiter waiter;
    private final Clock clock;
    private final NewestJournals newest;
    private final Map<String, DatabaseAdapter> adapters = new TreeMap<>();
    private final Map<String, BackupRun.StopOptions> options = new TreeMap<>();

    /** What is backed up of their journals, by their names. */
    @FunctionalInterface
    interface NewestJournals {
        NewestJournals NONE = database -> Optional.empty();

        Optional<BackedUpJournals.Newest> of(String database) throws IOException;
    }

    Databases(ConfigFile config, Processes processes, Waiter waiter, Clock clock, NewestJournals newest)
            throws IOException {
        this.newest = newest;
        this.config = config;
        this.processes = processes;
        this.waiter = waiter;
        this.clock = clock;
        for (Map.Entry<String, DatabaseConfig> each : config.node().databases().entrySet()) {
            adapters.put(each.getKey(), adapter(each.getKey(), each.getValue()));
            options.put(each.getKey(), stopOptions(each.getValue()));
        }
    }

    Set<String> names() {
        return new TreeSet<>(adapters.keySet());
    }

    DatabaseAdapter get(String name) throws BackupException {
        DatabaseAdapter adapter = adapters.get(name);
        if (adapter == null) {
            throw unknown(name);
        }
        return adapter;
    }

    BackupRun.StopOptions options(String name) throws BackupException {
        BackupRun.StopOptions found = options.get(name);
        if (found == null) {
            throw unknown(name);
        }
        return found;
    }

    OnlineOptions online(String name) throws BackupException {
        DatabaseConfig database = config.node().databases().get(name);
        if (database == null) {
            throw unknown(name);
        }
        OnlineOptions standard = OnlineOptions.DEFAULT;
        return new OnlineOptions(
                or(database.freeze(), standard.freeze()),
                or(database.backupModeLease(), standard.lease()),
                or(database.backupModeTimeout(), standard.timeout()));
    }

    private BackupException unknown(String name) {
        return new BackupException(
                DatabaseFault.UNKNOWN_DATABASE,
                "there is no database '" + name + "' in " + ConfigFile.PLACE + "; there "
                        + (adapters.isEmpty() ? "is none" : "are " + String.join(", ", adapters.keySet())),
                "Name one of those, or add it to the configuration.");
    }

    private static BackupRun.StopOptions stopOptions(DatabaseConfig config) {
        Defaults standard = Defaults.STANDARD;
        return new BackupRun.StopOptions(
                or(config.stopTimeout(), standard.stopTimeout()),
                or(config.startTimeout(), standard.startTimeout()),
                or(config.lease(), standard.lease()));
    }

    private static Duration or(@Nullable Duration given, Duration standard) {
        return given == null ? standard : given;
    }

    private DatabaseAdapter adapter(String name, DatabaseConfig database) throws IOException {
        DatabaseOptions own = new DatabaseOptions(name, database.options());
        return switch (database.engine()) {
            case "postgresql" -> new PostgresqlAdapter(PostgresqlSettings.read(own), processes, waiter);
            case MariadbAdapter.ENGINE ->
                new MariadbAdapter(MariadbSettings.read(own), processes, waiter, new SecureRandom());
            case "sqlite" -> sqlite(name, database);
            case OracleAdapter.ENGINE ->
                new OracleAdapter(
                        OracleSettings.read(own, config.state().resolve(OracleAdapter.ENGINE)), processes, waiter);
            case PsqlAdapter.ENGINE -> psql(name, database);
            case DerbyAdapter.ENGINE -> derby(name, database);
            case ScriptAdapter.ENGINE -> script(own);
            default ->
                throw new BackupException(
                        ConfigFault.UNKNOWN_NAME,
                        config.home().resolve(ConfigFile.PLACE) + ": databases." + name + ".engine '"
                                + database.engine()
                                + "' is unknown; known are postgresql, mariadb, sqlite, derby, psql, oracle, script",
                        "Name one of those; 'script' takes any start and stop programs.");
        };
    }

    private DatabaseAdapter script(DatabaseOptions own) throws IOException {
        ScriptSettings settings = ScriptSettings.read(own, config.state().resolve("logs"));
        return new ScriptAdapter(settings, processes, waiter, new ScriptLog(settings.logFile(), clock));
    }

    private DatabaseAdapter sqlite(String name, DatabaseConfig database) throws IOException {
        return new SqliteAdapter(
                SqliteSettings.read(own(name, database, SQLITE_OPTIONS)),
                application(name, database, SQLITE_OPTIONS),
                waiter,
                // a pinned file's journal is merged and thrown away, which no archive of it survives (J21)
                database.protection() == Protection.ARCHIVE_LOG ? null : new SqlitePins(waiter, SqlitePin.class),
                new SqlitePins(waiter, SqliteHold.class),
                () -> newest.of(name));
    }

    private DatabaseAdapter psql(String name, DatabaseConfig database) throws IOException {
        return new PsqlAdapter(
                PsqlSettings.read(
                        own(name, database, PSQL_OPTIONS),
                        config.state().resolve("psql").resolve(name)),
                Optional.ofNullable(database.protection()),
                application(name, database, PSQL_OPTIONS),
                processes,
                waiter);
    }

    private DatabaseAdapter derby(String name, DatabaseConfig database) throws IOException {
        return new DerbyAdapter(
                DerbySettings.read(own(name, database, DERBY_OPTIONS)),
                application(name, database, DERBY_OPTIONS),
                waiter,
                processes);
    }

    private static DatabaseOptions own(String name, DatabaseConfig database, Set<String> options) {
        Map<String, Object> own = new TreeMap<>(database.options());
        own.keySet().retainAll(options);
        return new DatabaseOptions(name, own);
    }

    /** The application that has the files open is stopped and started by scripts, when there are any. */
    private Optional<DatabaseAdapter> application(String name, DatabaseConfig database, Set<String> options)
            throws IOException {
        Map<String, Object> others = new TreeMap<>(database.options());
        others.keySet().removeAll(options);
        return others.isEmpty() ? Optional.empty() : Optional.of(script(new DatabaseOptions(name, others)));
    }
}
