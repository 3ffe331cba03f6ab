package io.saddlebag.database.postgresql;

import io.saddlebag.database.ArchivingServer;
import io.saddlebag.database.BlockRepair;
import io.saddlebag.database.CopyPlace;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.database.DatabaseCopy;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.DatabaseRecovery;
import io.saddlebag.database.DatabaseState;
import io.saddlebag.database.DatabaseStream;
import io.saddlebag.database.DatabaseTransfer;
import io.saddlebag.database.DatabaseWriter;
import io.saddlebag.database.PartSwitch;
import io.saddlebag.database.RestorableObject;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Deadline;
import io.saddlebag.host.Processes;
import io.saddlebag.host.Waiter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One PostgreSQL server, 10 or newer, on this machine. It keeps no state of its own, so that any process with the same
 * settings, a watchdog too, goes on where another ended; two that start the server at once both find it open.
 *
 * <p>A started server is a daemon in a session of its own: it outlives this process and its process group.
 */
public final class PostgresqlAdapter implements DatabaseAdapter {
    public static final String ENGINE = "postgresql";

    /** Between two looks at a server that starts or stops. Each refused connection costs a line in the server's log. */
    static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    /** SQLSTATE {@code cannot_connect_now}: the server starts, stops or recovers. */
    private static final String CANNOT_CONNECT_NOW = "57P03";
    /** SQLSTATE class of connection exceptions: no server answered. */
    private static final String NO_CONNECTION = "08";

    private final PostgresqlSettings settings;
    private final Processes processes;
    private final Waiter waiter;
    private final ServerPrograms programs;
    private final ServerConnections connections;
    private final ServerProcesses serverProcesses = new ServerProcesses(Path.of("/proc"));
    private final ServerFiles files;

    /** Touches nothing: what is wrong with the settings shows at the first operation, before it acts. */
    public PostgresqlAdapter(PostgresqlSettings settings, Processes processes, Waiter waiter) {
        this.settings = settings;
        this.processes = processes;
        this.waiter = waiter;
        this.programs = new ServerPrograms(settings, processes);
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
     * {@code OPEN} is what {@code pg_isready} means by it: the server takes connections, even if it refuses this role. A
     * lock file whose process is gone, or isn't a server of this data directory, is left over from a crash.
     */
    @Override
    public DatabaseState state() throws IOException, InterruptedException {
        Optional<PostmasterPid> lockFile;
        try {
            lockFile = PostmasterPid.read(settings.dataDirectory());
        } catch (IOException unreadable) {
            return DatabaseState.UNKNOWN;
        }
        ServerProcesses.Belongs server = lockFile.isPresent()
                ? serverProcesses.belongs(lockFile.get().pid(), settings.dataDirectory())
                : ServerProcesses.Belongs.NO;
        if (lockFile.isPresent() && server != ServerProcesses.Belongs.NO) {
            return stateOf(lockFile.get(), server);
        }
        // processes of a killed server may live on for a moment, and may still write
        return serverProcesses.of(settings.dataDirectory()).isEmpty()
                ? DatabaseState.STOPPED
                : DatabaseState.STARTING_OR_STOPPING;
    }

    private DatabaseState stateOf(PostmasterPid lockFile, ServerProcesses.Belongs server) throws IOException {
        DatabaseState ifSilent =
                server == ServerProcesses.Belongs.UNKNOWN ? DatabaseState.UNKNOWN : DatabaseState.STARTING_OR_STOPPING;
        if (lockFile.port() == 0 || server == ServerProcesses.Belongs.UNCOLLECTED) {
            return ifSilent;
        }
        if (lockFile.port() != settings.port()) {
            // whoever answers at the configured port is another server
            return DatabaseState.UNKNOWN;
        }
        try {
            connections.open(CONNECT_LIMIT).close();
            return DatabaseState.OPEN;
        } catch (SQLException refused) {
            String state = String.valueOf(refused.getSQLState());
            return state.equals(CANNOT_CONNECT_NOW) || state.startsWith(NO_CONNECTION) || refused.getSQLState() == null
                    ? ifSilent
                    : DatabaseState.OPEN;
        }
    }

    /**
     * A fast shutdown: open transactions are rolled back. It is verified that no process of the data directory is left
     * and, by the control file, that the shutdown checkpoint was written; where neither {@code pg_controldata} nor a
     * known control file tells, pg_ctl's exit status and the absence of processes have to do, and the log says so.
     *
     * @throws BackupException {@link DatabaseFault#STOP_FAILED} also when the server was down already after a crash: its
     *     files aren't consistent without recovery
     */
    @Override
    public void stop(Duration timeout, Consumer<String> log) throws IOException, InterruptedException {
        programs.check();
        Deadline deadline = Deadline.after(waiter, timeout);
        switch (state()) {
            case STOPPED -> log.accept("database " + name() + " was stopped already");
            case UNKNOWN -> throw stateUnknown();
            case OPEN, STARTING_OR_STOPPING -> {
                String failure = programs.stop(deadline.remaining(), log);
                if (failure != null && state() != DatabaseState.STOPPED) {
                    throw stopFailed("did not stop: " + failure);
                }
                awaitNoProcess(deadline);
            }
        }
        requireClean(log);
    }

    private void awaitNoProcess(Deadline deadline) throws IOException, InterruptedException {
        while (true) {
            List<Long> left = serverProcesses.of(settings.dataDirectory());
            Optional<PostmasterPid> lockFile = PostmasterPid.read(settings.dataDirectory());
            if (left.isEmpty() && lockFile.isEmpty()) {
                return;
            }
            if (deadline.passed()) {
                throw stopFailed(
                        left.isEmpty()
                                ? "ended but left its lock file " + PostmasterPid.FILE_NAME
                                : "said that it stopped, but processes " + left + " work in its data directory");
            }
            deadline.await(LOOK_AGAIN);
        }
    }

    private void requireClean(Consumer<String> log) throws IOException, InterruptedException {
        switch (programs.clusterState()) {
            case SHUT_DOWN -> log.accept("database " + name() + " is shut down cleanly");
            case CANNOT_TELL ->
                log.accept("database " + name() + " is stopped; its control file could not be read, so"
                        + " pg_ctl's word has to do that the shutdown was clean");
            case NEEDS_RECOVERY ->
                throw new BackupException(
                        DatabaseFault.STOP_FAILED,
                        "database " + name() + " is down but was not shut down cleanly, as its control file says",
                        "Start it so that it recovers, then repeat the backup.");
        }
    }

    /**
     * Waits first for a server that is starting or stopping already, and for a stop that somebody has begun and the server
     * doesn't know of yet; returns when it accepts connections.
     */
    @Override
    public void start(Duration timeout, Consumer<String> log) throws IOException, InterruptedException {
        programs.check();
        Deadline deadline = Deadline.after(waiter, timeout);
        boolean launched = false;
        while (true) {
            DatabaseState state = state();
            if (state == DatabaseState.OPEN && !programs.isBeingStopped()) {
                log.accept("database " + name() + (launched ? " accepts connections" : " was open already"));
                return;
            }
            if (state == DatabaseState.STOPPED) {
                launch(deadline, log);
                launched = true;
            } else if (deadline.passed()) {
                throw state == DatabaseState.UNKNOWN
                        ? stateUnknown()
                        : startFailed("runs but didn't accept connections within " + timeout);
            } else {
                deadline.await(LOOK_AGAIN);
            }
        }
    }

    private void launch(Deadline deadline, Consumer<String> log) throws IOException, InterruptedException {
        if (deadline.passed()) {
            throw startFailed("was still down at the deadline");
        }
        String failure = programs.start(deadline.remaining(), log);
        // somebody else may have started it meanwhile: then ours has failed and all is well
        if (failure != null && state() == DatabaseState.STOPPED) {
            files.endOfLog().forEach(line -> log.accept("server log: " + line));
            String reason = files.reasonInLog();
            throw startFailed("did not start: " + failure + (reason.isEmpty() ? "" : " (" + reason + ")"));
        }
        if (failure == null && state() == DatabaseState.STOPPED) {
            throw startFailed("started and ended again");
        }
    }

    @Override
    public List<DatabaseComponent> components() throws IOException {
        return files.components();
    }

    /** Control file and journals lie in the data directory unless the latter are a link; the configuration does, too, by default. */
    @Override
    public List<RestorableObject> objects() throws IOException {
        Path data = settings.dataDirectory();
        List<RestorableObject> all = new ArrayList<>(RestorableObject.of(components()));
        all.add(new RestorableObject(RestorableObject.Word.CONTROL_FILE, "", data.resolve("global/pg_control")));
        if (all.stream().noneMatch(each -> each.word() == RestorableObject.Word.JOURNALS)) {
            all.add(new RestorableObject(RestorableObject.Word.JOURNALS, "", data.resolve("pg_wal")));
        }
        for (String name : List.of("postgresql.conf", "postgresql.auto.conf", "pg_hba.conf", "pg_ident.conf")) {
            if (Files.isRegularFile(data.resolve(name))) {
                all.add(new RestorableObject(RestorableObject.Word.PARAMETER_FILE, name, data.resolve(name)));
            }
        }
        return List.copyOf(all);
    }

    /**
     * Connects, waits until recovery is over (not on a standby, which stays in it), reads the catalog, and with option {@code check}
     * at {@code tables} everything else, which may take as long as {@code checkTimeout} on top.
     *
     * @throws BackupException {@link DatabaseFault#NOT_OPEN}
     */
    @Override
    public String verifyOpen(Duration timeout) throws IOException, InterruptedException {
        String open = requireOpen(timeout);
        if (settings.check() == PostgresqlSettings.Check.OPEN) {
            return open + "; the rows of its tables were not read (option check, or a rehearsal, does)";
        }
        Deadline deadline = Deadline.after(waiter, settings.checkLimit());
        List<String> names;
        try (Connection connection = connections.open(CONNECT_LIMIT)) {
            names = ClusterCheck.databases(connection);
        } catch (SQLException refused) {
            throw notOpen("doesn't answer: " + refused.getMessage(), refused);
        }
        List<String> found = new ClusterCheck("database " + name(), ClusterCheck.Place.IN_USE, deadline)
                .run(names, database -> connections.open(deadline.remaining(), Map.of("PGDBNAME", database)));
        return open + "; " + String.join("; ", found);
    }

    /** As {@link #verifyOpen}, without a look at what is in its tables. */
    String requireOpen(Duration timeout) throws IOException, InterruptedException {
        Deadline deadline = Deadline.after(waiter, timeout);
        boolean standby = Files.exists(settings.dataDirectory().resolve("standby.signal"));
        while (true) {
            String wrong;
            @Nullable SQLException cause = null;
            try (Connection connection = connections.open(CONNECT_LIMIT)) {
                boolean recovering = Boolean.parseBoolean(Queries.text(connection, "select pg_is_in_recovery()::text"));
                if (!recovering || standby) {
                    return report(connection, recovering);
                }
                wrong = "is still in recovery";
            } catch (SQLException refused) {
                wrong = "doesn't answer: " + refused.getMessage();
                cause = refused;
            }
            if (deadline.passed()) {
                throw notOpen(wrong, cause);
            }
            deadline.await(LOOK_AGAIN.multipliedBy(2));
        }
    }

    private BackupException notOpen(String what, @Nullable SQLException cause) {
        return new BackupException(
                DatabaseFault.NOT_OPEN,
                "database " + name() + " at " + address() + " " + what,
                "Read the server's log " + settings.logFile() + " and the options host, port, user and passwordFile.",
                cause);
    }

    /** Of the maintenance database; others would each need a connection. */
    @Override
    public List<String> unprotected() throws IOException, InterruptedException {
        if (state() != DatabaseState.OPEN) {
            return List.of();
        }
        try (Connection connection = connections.open(CONNECT_LIMIT)) {
            String tables = Queries.text(
                    connection,
                    "select coalesce(string_agg(oid::regclass::text, ', ' order by oid), '') from (select oid from pg_class"
                            + " where relpersistence = 'u' and relkind in ('r', 'm') order by oid limit 20) unlogged");
            return tables.isEmpty()
                    ? List.of()
                    : List.of("unlogged tables are in no journal, and are emptied by a recovery: " + tables
                            + "; transactions over them and others would be torn");
        } catch (SQLException refused) {
            return List.of("what its journals cover could not be asked: " + refused.getMessage());
        }
    }

    @Override
    public Optional<DatabaseWriter> writer() {
        return Optional.of(postgresqlWriter());
    }

    private PostgresqlWriter postgresqlWriter() {
        return new PostgresqlWriter(this, settings, connections, files, waiter);
    }

    @Override
    public Optional<DatabaseStream> stream() {
        return Optional.of(new PostgresqlStream(postgresqlWriter(), settings, connections, files, waiter));
    }

    @Override
    public Optional<String> checkpoint(UnaryOperator<Path> view) {
        return ControlFileHeader.ofCleanShutdown(view.apply(settings.dataDirectory()));
    }

    @Override
    public Optional<PartSwitch> partSwitch() {
        return Optional.of(new MovedParts(settings, programs));
    }

    @Override
    public Optional<DatabaseRecovery> recovery() {
        return Optional.of(new PostgresqlRecovery(
                this, settings, connections, programs, files, waiter, ArrangedRecovery.Standby.HOT));
    }

    @Override
    public Optional<ArchivingServer> archiving() {
        return Optional.of(new PostgresqlArchiver(settings, connections, waiter));
    }

    @Override
    public Optional<DatabaseCopy> copy(CopyPlace place) {
        return Optional.of(new PostgresqlCopy(settings, place, processes, waiter));
    }

    @Override
    public Optional<BlockRepair> blockRepair() {
        return Optional.of(new ClusterBlocks(settings, processes, waiter));
    }

    @Override
    public Optional<DatabaseTransfer> transfer() {
        return Optional.of(new ClusterTransfer(settings, processes, waiter));
    }

    private String report(Connection connection, boolean recovering) throws SQLException {
        String version = Queries.text(connection, "select current_setting('server_version')");
        String relations =
                Queries.text(connection, "select count(*)::text from pg_catalog.pg_class where relname <> ''");
        String databases =
                Queries.text(connection, "select count(*)::text from pg_catalog.pg_database where datallowconn");
        return "PostgreSQL " + version + " at " + address() + " accepts connections, is "
                + (recovering ? "a standby in recovery" : "not in recovery") + ", has " + databases + " databases and "
                + relations + " relations in " + settings.maintenanceDatabase();
    }

    private String address() {
        return settings.host() + ":" + settings.port();
    }

    private BackupException stopFailed(String what) {
        return new BackupException(
                DatabaseFault.STOP_FAILED,
                "database " + name() + " " + what,
                "Look for sessions or archiving that hold the shutdown up, or give the step a longer timeout.");
    }

    private BackupException startFailed(String what) {
        return new BackupException(
                DatabaseFault.START_FAILED,
                "database " + name() + " " + what,
                "Read the server's log " + settings.logFile() + ", remove the cause, then start the database.");
    }

    private BackupException stateUnknown() throws IOException {
        Optional<PostmasterPid> lockFile;
        try {
            lockFile = PostmasterPid.read(settings.dataDirectory());
        } catch (IOException unreadable) {
            return new BackupException(
                    DatabaseFault.STATE_UNKNOWN,
                    "database " + name() + ": " + settings.dataDirectory() + " doesn't show whether a server runs",
                    "Run Saddlebag as the server's user or as root.",
                    unreadable);
        }
        int port = lockFile.map(PostmasterPid::port).orElse(0);
        return new BackupException(
                DatabaseFault.STATE_UNKNOWN,
                "database " + name() + ": the server of " + settings.dataDirectory() + " listens on port " + port
                        + ", and option port says " + settings.port(),
                port == settings.port()
                        ? "Run Saddlebag as the server's user or as root, so that it sees the server's processes."
                        : "Set option port to " + port + ", or the server's own port in postgresql.conf.");
    }
}
