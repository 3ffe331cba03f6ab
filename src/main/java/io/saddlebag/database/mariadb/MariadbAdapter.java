package io.saddlebag.database.mariadb;

import io.saddlebag.database.CopyPlace;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.database.DatabaseCopy;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.DatabaseState;
import io.saddlebag.database.DatabaseWriter;
import io.saddlebag.database.JournalServer;
import io.saddlebag.database.StagedReplay;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Deadline;
import io.saddlebag.host.Processes;
import io.saddlebag.host.Waiter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One MariaDB server, 10.5 or newer, on this machine. It keeps no state of its own, so that any process with the same
 * settings, a watchdog too, goes on where another ended.
 *
 * <p>A started server is a daemon in a session of its own: it outlives this process and its process group.
 */
public final class MariadbAdapter implements DatabaseAdapter {
    public static final String ENGINE = "mariadb";

    /** Between two looks at a server that starts or stops. */
    static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    /** At one that was launched and isn't there. */
    private static final int MOST_LOOKS = 5;

    private static final Duration SETTLED = LOOK_AGAIN.multipliedBy(3);

    /** A server that still accepts connections so long after it was told to stop is another one. */
    private static final Duration OBEYS = Duration.ofSeconds(2);

    static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    /** The server's own error numbers: it answered, whatever it said. The driver's begin with 0 or -1. */
    private static final int FIRST_ERROR = 1000;
    /** {@code ER_SERVER_SHUTDOWN}. */
    private static final int SHUTTING_DOWN = 1053;

    private final MariadbSettings settings;
    private final Processes processes;
    private final Waiter waiter;
    private final SecureRandom random;
    private final ServerProgram program;
    private final ServerConnections connections;
    private final ServerProcesses serverProcesses = new ServerProcesses(Path.of("/proc"));
    private final ServerFiles files;

    /** Touches nothing: what is wrong with the settings shows at the first operation, before it acts. */
    public MariadbAdapter(MariadbSettings settings, Processes processes, Waiter waiter, SecureRandom random) {
        this.settings = settings;
        this.processes = processes;
        this.waiter = waiter;
        this.random = random;
        this.program = new ServerProgram(settings, processes);
        this.connections = new ServerConnections(settings);
        this.files = new ServerFiles(settings);
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public String engine() {
        return ENGINE;
    }

    /**
     * By the processes that work in the data directory, and by what answers at the configured place: a pid file proves
     * nothing. {@code OPEN} also when the server refuses this account.
     */
    @Override
    public DatabaseState state() throws IOException {
        ServerProcesses.Found found = serverProcesses.of(settings.dataDirectory());
        if (found.pids().isEmpty() && !found.hidden()) {
            return DatabaseState.STOPPED;
        }
        DatabaseState ifSilent = found.pids().isEmpty() ? DatabaseState.UNKNOWN : DatabaseState.STARTING_OR_STOPPING;
        try (Connection connection = connections.open(CONNECT_LIMIT)) {
            // whoever answers may be another server
            return isOurs(Path.of(Queries.text(connection, "select @@datadir")))
                    ? DatabaseState.OPEN
                    : DatabaseState.UNKNOWN;
        } catch (SQLException refused) {
            boolean answered = refused.getErrorCode() >= FIRST_ERROR && refused.getErrorCode() != SHUTTING_DOWN;
            return answered && !found.pids().isEmpty() ? DatabaseState.OPEN : ifSilent;
        }
    }

    boolean isOurs(Path data) throws IOException {
        Path own = settings.dataDirectory();
        return own.equals(data.normalize())
                || (Files.exists(data) && Files.exists(own) && data.toRealPath().equals(own.toRealPath()));
    }

    /**
     * A clean shutdown ({@code innodb_fast_shutdown} 0 or 1): sessions are ended, open transactions are rolled back, all
     * pages are written. It is verified that no process of the data directory is left and, by the redo log, that it ended
     * cleanly; where its format isn't known, the log says so.
     *
     * @throws BackupException {@link DatabaseFault#STOP_FAILED} also when the server was down already after a crash: its
     *     files aren't consistent without recovery
     */
    @Override
    public void stop(Duration timeout, Consumer<String> log) throws IOException, InterruptedException {
        ServerVariables variables = program.variables();
        Deadline deadline = Deadline.after(waiter, timeout);
        switch (state()) {
            case STOPPED -> log.accept("database " + name() + " was stopped already");
            case UNKNOWN -> throw stateUnknown();
            case OPEN, STARTING_OR_STOPPING -> {
                shutDown(variables, deadline, log);
                awaitNoProcess(variables, deadline, log);
            }
        }
        requireClean(variables, log);
    }

    private void shutDown(ServerVariables variables, Deadline deadline, Consumer<String> log)
            throws IOException, InterruptedException {
        while (state() == DatabaseState.STARTING_OR_STOPPING) {
            if (deadline.passed()) {
                throw stopFailed("neither accepts connections nor ends");
            }
            deadline.await(LOOK_AGAIN);
        }
        if (state() == DatabaseState.STOPPED) {
            return;
        }
        try {
            tell(variables, deadline, log);
        } catch (SQLException refused) {
            throw new BackupException(
                    DatabaseFault.STOP_FAILED,
                    "database " + name() + " did not stop: " + refused.getMessage(),
                    "Check the options host, port, socket, user and passwordFile; the account needs the privileges"
                            + " SHUTDOWN, and SUPER where innodb_fast_shutdown isn't 0 or 1.",
                    refused);
        }
    }

    private void tell(ServerVariables variables, Deadline deadline, Consumer<String> log)
            throws SQLException, IOException, InterruptedException {
        try (Connection connection = connections.open(CONNECT_LIMIT)) {
            requireSamePlaces(connection, variables);
            String fast = Queries.text(connection, "select @@global.innodb_fast_shutdown");
            if (!fast.equals("0") && !fast.equals("1")) {
                Queries.run(connection, "set global innodb_fast_shutdown = 1");
                log.accept("database " + name() + " had innodb_fast_shutdown = " + fast
                        + ", which leaves files that need" + " recovery; it shuts down with 1");
            } else {
                log.accept("database " + name() + " shuts down with innodb_fast_shutdown = " + fast);
            }
            if (settings.stop().isEmpty()) {
                Queries.run(connection, "shutdown");
                return;
            }
        }
        program.stop(deadline.remaining(), log);
    }

    /** What a stopped server's files are is known from its options only. */
    void requireSamePlaces(Connection connection, ServerVariables variables) throws SQLException, BackupException {
        List<String> differences =
                ServerVariables.ofServer(settings.dataDirectory(), connection).differences(variables);
        if (!differences.isEmpty()) {
            throw new BackupException(
                    DatabaseFault.BAD_CONFIGURATION,
                    "database " + name() + " runs with other options than the configured ones: "
                            + String.join("; ", differences),
                    "Give in defaultsFile and serverOptions what the server was started with.");
        }
    }

    /**
     * Of two that were started at the same moment, by the guard of a job that died and by the node after it, the second waits for the
     * files of the first, and opens when those are free. A site's own program is asked once: it needn't end before the server does, and
     * may refuse to be run twice.
     */
    private void awaitNoProcess(ServerVariables variables, Deadline deadline, Consumer<String> log)
            throws IOException, InterruptedException {
        Deadline obeys = Deadline.after(waiter, OBEYS);
        while (true) {
            List<Long> left = serverProcesses.of(settings.dataDirectory()).pids();
            if (left.isEmpty()) {
                return;
            }
            if (deadline.passed()) {
                throw stopFailed("was told to stop, but processes " + left + " still work in its data directory");
            }
            if (settings.stop().isEmpty() && obeys.passed() && state() == DatabaseState.OPEN) {
                log.accept("database " + name() + " still accepts connections, and is told to stop again");
                try {
                    tell(variables, deadline, log);
                } catch (SQLException ending) {
                    // or not: that shows when it is looked at again
                }
                obeys = Deadline.after(waiter, OBEYS);
            }
            deadline.await(LOOK_AGAIN);
        }
    }

    private void requireClean(ServerVariables variables, Consumer<String> log) throws BackupException {
        switch (RedoLog.of(variables.place("innodb_log_group_home_dir"))) {
            case CLEAN -> log.accept("database " + name() + " is shut down cleanly, as its redo log says");
            case CANNOT_TELL ->
                log.accept("database " + name() + " is stopped; its redo log is of a format that doesn't tell whether"
                        + " the shutdown was clean");
            case NEEDS_RECOVERY ->
                throw new BackupException(
                        DatabaseFault.STOP_FAILED,
                        "database " + name() + " is down but was not shut down cleanly, as its redo log says",
                        "Start it so that it recovers, then repeat the backup.");
        }
    }

    /**
     * Waits first for a server that is starting or stopping already; returns when it accepts connections. Always with the
     * same options: a server that was in the middle of commits finds which of them count in its binary log only.
     */
    @Override
    public void start(Duration timeout, Consumer<String> log) throws IOException, InterruptedException {
        ServerVariables variables = program.variables();
        Deadline deadline = Deadline.after(waiter, timeout);
        boolean launched = false;
        while (true) {
            DatabaseState state = state();
            for (int i = 0; i < MOST_LOOKS && launched && state == DatabaseState.STOPPED; i++) {
                // a process that is just becoming the server has no command line for a moment, and isn't seen
                deadline.await(LOOK_AGAIN);
                state = state();
            }
            if (state == DatabaseState.OPEN && !launched) {
                // one that was just told to stop, by a process that is dead since, accepts connections for a moment
                // more
                deadline.await(SETTLED);
                state = state();
            }
            if (state == DatabaseState.OPEN) {
                log.accept("database " + name() + (launched ? " accepts connections" : " was open already"));
                return;
            }
            if (state == DatabaseState.STOPPED && launched) {
                ServerFiles.endOfLog(program.log(variables)).forEach(line -> log.accept("server log: " + line));
                throw startFailed("started and ended again", variables);
            }
            if (deadline.passed()) {
                throw state == DatabaseState.UNKNOWN
                        ? stateUnknown()
                        : startFailed("didn't accept connections within " + timeout, variables);
            }
            if (state == DatabaseState.STOPPED) {
                program.launch(variables, deadline.remaining(), log);
                launched = true;
            } else {
                deadline.await(LOOK_AGAIN);
            }
        }
    }

    @Override
    public List<DatabaseComponent> components() throws IOException, InterruptedException {
        return files.components(program.variables());
    }

    /**
     * Connects and looks at each table as option {@code check} says.
     *
     * @throws BackupException {@link DatabaseFault#NOT_OPEN}
     */
    @Override
    public String verifyOpen(Duration timeout) throws IOException, InterruptedException {
        Deadline deadline = Deadline.after(waiter, timeout);
        while (true) {
            @Nullable SQLException cause;
            try (Connection connection = connections.open(timeout)) {
                String tables = new TableCheck(settings, connection).run(deadline);
                return "MariaDB " + Queries.text(connection, "select version()") + " at " + settings.address()
                        + " accepts connections, " + tables;
            } catch (SQLException refused) {
                cause = refused;
            }
            if (deadline.passed()) {
                throw new BackupException(
                        DatabaseFault.NOT_OPEN,
                        "database " + name() + " at " + settings.address() + " doesn't answer: " + cause.getMessage(),
                        "Read the server's log, and check the options host, port, socket, user and passwordFile.",
                        cause);
            }
            deadline.await(LOOK_AGAIN.multipliedBy(2));
        }
    }

    @Override
    public List<String> unprotected() throws IOException, InterruptedException {
        if (state() != DatabaseState.OPEN) {
            return List.of();
        }
        try (Connection connection = connections.open(CONNECT_LIMIT)) {
            List<List<String>> status = Queries.rows(connection, "show master status");
            String only = status.isEmpty() ? "" : status.get(0).get(2);
            String without = status.isEmpty() ? "" : status.get(0).get(3);
            if (only.isEmpty() && without.isEmpty()) {
                return List.of();
            }
            return List.of("the binary log has "
                    + (only.isEmpty() ? "all schemas but " + without : "the schemas " + only + " only")
                    + "; transactions over these and others would be torn by a recovery");
        } catch (SQLException refused) {
            return List.of("what its journals cover could not be asked: " + refused.getMessage());
        }
    }

    @Override
    public Optional<DatabaseWriter> writer() {
        return Optional.of(new MariadbWriter(this, settings, program, connections, waiter));
    }

    @Override
    public Optional<JournalServer> journals() {
        return Optional.of(new BinaryLogs(
                settings, this, connections, new BinlogReplay(settings, connections, processes), waiter));
    }

    @Override
    public Optional<StagedReplay> stagedReplay() {
        return Optional.of(new MariadbReplay(settings, program, processes, waiter, random));
    }

    /** Those of a server that would be started now, whether its data is there or not. */
    ServerVariables options() throws IOException, InterruptedException {
        return program.options();
    }

    @Override
    public Optional<DatabaseCopy> copy(CopyPlace place) {
        return Optional.of(new MariadbCopy(settings, place, processes, waiter, random));
    }

    private BackupException stopFailed(String what) {
        return new BackupException(
                DatabaseFault.STOP_FAILED,
                "database " + name() + " " + what,
                "Look in the server's log for what holds the shutdown up, or give the step a longer timeout.");
    }

    private BackupException startFailed(String what, ServerVariables variables) {
        return new BackupException(
                DatabaseFault.START_FAILED,
                "database " + name() + " " + what,
                "Read the server's log " + program.log(variables) + ", remove the cause, then start the database.");
    }

    private BackupException stateUnknown() {
        return new BackupException(
                DatabaseFault.STATE_UNKNOWN,
                "database " + name() + ": it can't be told whether a server of " + settings.dataDirectory()
                        + " runs, and what answers at " + settings.address() + " is none of it",
                "Check the options data, host, port and socket, and run Saddlebag as root or as the server's user, so that"
                        + " it sees where the server works.");
    }
}
