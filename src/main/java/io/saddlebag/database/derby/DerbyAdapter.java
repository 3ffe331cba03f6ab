package io.saddlebag.database.derby;

import io.saddlebag.database.CopyPlace;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.database.DatabaseCopy;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.DatabaseState;
import io.saddlebag.database.DatabaseWriter;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Deadline;
import io.saddlebag.host.Processes;
import io.saddlebag.host.Waiter;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A Derby database in the process of its application, or of a network server. Whoever connects to such a database opens it, so
 * that only the end of that process stops it for certain: stopping and starting is left to the application's own programs.
 */
public final class DerbyAdapter implements DatabaseAdapter {
    public static final String ENGINE = "derby";

    static final Duration LOOK_AGAIN = Duration.ofMillis(100);
    private static final int MOST_PROBLEMS = 20;

    private final DerbySettings settings;
    private final @Nullable DatabaseAdapter application;
    private final Waiter waiter;
    private final DatabaseFolder folder;
    private final ServerConnections connections;
    private final @Nullable Processes processes;

    /** As the other one, without programs to open restored copies with. */
    public DerbyAdapter(DerbySettings settings, Optional<DatabaseAdapter> application, Waiter waiter) {
        this(settings, application, waiter, null);
    }

    /**
     * @param application stops and starts whoever has the database open; empty: it can be backed up online only
     * @param processes run what opens restored copies; null: nobody does
     */
    public DerbyAdapter(
            DerbySettings settings,
            Optional<DatabaseAdapter> application,
            Waiter waiter,
            @Nullable Processes processes) {
        this.processes = processes;
        this.settings = settings;
        this.application = application.orElse(null);
        this.waiter = waiter;
        this.folder = new DatabaseFolder(settings, Path.of("/proc"));
        this.connections = new ServerConnections(settings);
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public String engine() {
        return ENGINE;
    }

    /** By its lock only: asking it would open it. {@code UNKNOWN} when it is locked, and nobody is seen to have it open. */
    @Override
    public DatabaseState state() throws IOException {
        if (!folder.isThere()) {
            return DatabaseState.UNKNOWN;
        }
        if (!folder.isLocked()) {
            return DatabaseState.STOPPED;
        }
        return folder.holders().isEmpty() ? DatabaseState.UNKNOWN : DatabaseState.OPEN;
    }

    @Override
    public void stop(Duration timeout, Consumer<String> log) throws IOException, InterruptedException {
        folder.require();
        Deadline deadline = Deadline.after(waiter, timeout);
        programs(DatabaseFault.STOP_FAILED).stop(deadline.remaining(), log);
        while (folder.isLocked()) {
            List<Long> holders = folder.holders();
            if (deadline.passed()) {
                throw new BackupException(
                        DatabaseFault.STOP_FAILED,
                        "database " + name() + " in " + settings.folder()
                                + (holders.isEmpty()
                                        ? " was not shut down: " + DatabaseFolder.LOCK + " is still there"
                                        : " is still open in processes " + holders),
                        "Have the stop program shut Derby down (jdbc:derby:;shutdown=true, or NetworkServerControl"
                                + " shutdown) before it ends the process.");
            }
            deadline.await(LOOK_AGAIN);
        }
        log.accept("database " + name() + " was shut down");
    }

    @Override
    public void start(Duration timeout, Consumer<String> log) throws IOException, InterruptedException {
        folder.require();
        Deadline deadline = Deadline.after(waiter, timeout);
        programs(DatabaseFault.START_FAILED).start(deadline.remaining(), log);
        if (!settings.hasServer()) {
            log.accept("the application of database " + name() + " runs; without a port nobody can ask Derby itself");
            return;
        }
        while (true) {
            try (Connection connection = connections.open()) {
                log.accept("database " + name() + " is open, Derby "
                        + connection.getMetaData().getDatabaseProductVersion());
                return;
            } catch (SQLException notYet) {
                if (deadline.passed()) {
                    throw new BackupException(
                            DatabaseFault.START_FAILED,
                            "database " + name() + " doesn't answer at " + settings.host() + ":" + settings.port()
                                    + ": " + notYet.getMessage(),
                            "Read derby.log of its process.",
                            notYet);
                }
                deadline.await(LOOK_AGAIN);
            }
        }
    }

    private DatabaseAdapter programs(DatabaseFault fault) throws BackupException {
        DatabaseAdapter programs = application;
        if (programs == null) {
            throw new BackupException(
                    fault,
                    "nobody knows how to stop and start what has database " + name() + " open",
                    "Configure the options stop and start of the database, or back it up with --online.");
        }
        return programs;
    }

    @Override
    public List<DatabaseComponent> components() throws IOException {
        return folder.components();
    }

    @Override
    public String verifyOpen(Duration timeout) throws IOException {
        if (!settings.hasServer()) {
            return "its application runs; Derby itself was not asked, since option port is missing";
        }
        Deadline deadline = Deadline.after(waiter, timeout);
        try (Connection connection = connections.open()) {
            List<String> tables = tables(connection);
            if (settings.check() == DerbySettings.Check.OPEN) {
                return "open with " + tables.size() + " tables";
            }
            List<String> problems = new ArrayList<>();
            for (String table : tables) {
                if (deadline.passed()) {
                    throw notOpen("could not be checked within " + timeout, null);
                }
                check(connection, table, problems);
            }
            if (!problems.isEmpty()) {
                throw notOpen("has damage: " + String.join("; ", problems), null);
            }
            return "SYSCS_CHECK_TABLE says ok of " + tables.size() + " tables";
        } catch (SQLException refused) {
            throw notOpen("doesn't answer: " + refused.getMessage(), refused);
        }
    }

    /** As pairs of literals. */
    private static List<String> tables(Connection connection) throws SQLException {
        List<String> tables = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery("select s.schemaname, t.tablename from sys.systables t"
                        + " join sys.sysschemas s on s.schemaid = t.schemaid where t.tabletype in ('T', 'S')")) {
            while (answer.next()) {
                tables.add(ServerConnections.quoted(answer.getString(1)) + ", "
                        + ServerConnections.quoted(answer.getString(2)));
            }
        }
        return tables;
    }

    private static void check(Connection connection, String table, List<String> problems) {
        if (problems.size() >= MOST_PROBLEMS) {
            return;
        }
        try {
            ServerConnections.text(connection, "values syscs_util.syscs_check_table(" + table + ")");
        } catch (SQLException damage) {
            problems.add(table + ": " + damage.getMessage());
        }
    }

    private BackupException notOpen(String what, @Nullable Throwable cause) {
        return new BackupException(
                DatabaseFault.NOT_OPEN,
                "database " + name() + " in " + settings.folder() + " " + what,
                "Read derby.log of its process; restore it from another backup, or give the check more time.",
                cause);
    }

    @Override
    public Optional<DatabaseCopy> copy(CopyPlace place) {
        return processes == null ? Optional.empty() : DerbyCopy.of(settings, place, processes, waiter);
    }

    @Override
    public Optional<DatabaseWriter> writer() {
        return Optional.of(new DerbyWriter(this, settings, folder, connections));
    }
}
