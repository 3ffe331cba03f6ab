package io.saddlebag.database.postgresql;

import io.saddlebag.database.CopyFault;
import io.saddlebag.database.CopyPlace;
import io.saddlebag.database.DatabaseCopy;
import io.saddlebag.database.DatabaseRecovery;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Deadline;
import io.saddlebag.host.Processes;
import io.saddlebag.host.Waiter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A server on a restored data directory with no configuration but what is given here: the original's would have its ports,
 * archive, data directory and peers. It listens at a socket in a folder of its own alone.
 */
final class PostgresqlCopy implements DatabaseCopy {
    /** A part of the socket's name, and nothing else: the copy listens at no port. */
    private static final int NAME_OF_SOCKET = 1;

    /** {@code sun_path} of unix(7), less its end. */
    private static final int LONGEST_SOCKET = 107;

    /** Enough for the prepared transactions of any original; each costs some memory. */
    private static final int PREPARED_TRANSACTIONS = 1000;

    private static final int REPLICATION_STATES = 100;
    private static final int FIRST_WITH_CONNINFO_SETTING = 12;
    private static final int FIRST_WITHOUT_EVENT_TRIGGERS = 17;
    private static final int FIRST_WITH_ORIGIN_LIMIT = 18;

    private final CopyPlace place;
    private final PostgresqlSettings original;
    private final Processes processes;
    private final Waiter waiter;
    private final Path data;
    private final Path sockets;
    private final CopiedCluster files;
    private final ServerProcesses serverProcesses = new ServerProcesses(Path.of("/proc"));

    PostgresqlCopy(PostgresqlSettings original, CopyPlace place, Processes processes, Waiter waiter) {
        this.original = original;
        this.place = place;
        this.processes = processes;
        this.waiter = waiter;
        this.data = place.of(original.dataDirectory());
        this.sockets = place.own().resolve("s");
        this.files = new CopiedCluster(data, place);
    }

    @Override
    public void start(Duration timeout, Consumer<String> log) throws IOException, InterruptedException {
        makeReady();
        PostgresqlSettings settings = settings();
        if (original.runAs() != null) {
            files.makeReachable(data);
            for (Path folder : files.outsideFolders()) {
                files.makeReachable(folder);
            }
            requireReachable(settings);
        }
        new PostgresqlAdapter(settings, processes, waiter).start(timeout, log);
    }

    /** Detaches it from all that is the original's. No effect on one that was made ready before. */
    void makeReady() throws IOException {
        files.requireThere();
        requireShort();
        if (Files.exists(config())) {
            return;
        }
        files.detach();
        files.makeFolder(sockets);
        files.write(access(), "local all all trust\n");
        files.write(config(), "");
    }

    @Override
    public Optional<DatabaseRecovery> recovery() {
        return Optional.of(new CopyRecovery(this, original.name(), processes, waiter));
    }

    @Override
    public List<String> check(Duration timeout) throws IOException, InterruptedException {
        Deadline deadline = Deadline.after(waiter, timeout);
        List<String> found = new ArrayList<>();
        String superuser;
        List<String> names;
        try (Connection connection = connect(original.maintenanceDatabase(), original.user(), deadline)) {
            found.add(Queries.text(connection, "select 'PostgreSQL ' || current_setting('server_version')")
                    + " opened the copy");
            superuser = Queries.text(connection, "select rolname from pg_catalog.pg_roles where oid = 10");
            names = ClusterCheck.databases(connection);
        } catch (SQLException damage) {
            throw new BackupException(
                    CopyFault.DAMAGED,
                    "the copy of database " + original.name() + " is not whole: " + damage.getMessage(),
                    "Rehearse an older backup, and make a new one soon; look at the original with pg_amcheck.",
                    damage);
        }
        found.addAll(new ClusterCheck("the copy of database " + original.name(), ClusterCheck.Place.COPY, deadline)
                .run(names, name -> connect(name, superuser, deadline)));
        return found;
    }

    @Override
    public void stop(Duration timeout, Consumer<String> log) throws IOException, InterruptedException {
        ServerPrograms programs = new ServerPrograms(settings("postgres", original.user()), processes);
        Deadline deadline = Deadline.after(waiter, timeout);
        boolean asked = false;
        while (true) {
            List<Long> left = Files.exists(data) ? serverProcesses.of(data) : List.of();
            if (left.isEmpty() && !programs.isAtWork()) {
                return;
            }
            if (deadline.passed()) {
                throw new BackupException(
                        CopyFault.DOES_NOT_END,
                        "processes " + left + " still work in " + data,
                        "End them, and remove the folder; the next start of the node tries it again.");
            }
            if (!asked && Files.exists(data.resolve(PostmasterPid.FILE_NAME))) {
                asked = true;
                programs.stopAtOnce(deadline.remaining().dividedBy(2), line -> {});
            } else {
                if (asked) {
                    left.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
                }
                deadline.await(PostgresqlAdapter.LOOK_AGAIN);
            }
        }
    }

    private Connection connect(String database, String role, Deadline deadline) throws SQLException, IOException {
        return new ServerConnections(settings(database, role)).open(deadline.remaining());
    }

    private Path config() {
        return place.own().resolve("c");
    }

    private Path access() {
        return place.own().resolve("a");
    }

    private void requireShort() throws BackupException {
        String socket = sockets + "/.s.PGSQL." + NAME_OF_SOCKET;
        if (socket.getBytes(StandardCharsets.UTF_8).length > LONGEST_SOCKET) {
            throw new BackupException(
                    CopyFault.NOT_REACHABLE,
                    "the path of the copy's socket is longer than " + LONGEST_SOCKET + " bytes: " + socket,
                    "Give a scratch folder with a shorter path.");
        }
    }

    private void requireReachable(PostgresqlSettings settings) throws IOException, InterruptedException {
        ServerPrograms programs = new ServerPrograms(settings, processes);
        programs.check();
        if (!programs.mayRead(data.resolve("PG_VERSION")) || !programs.mayRead(config())) {
            throw new BackupException(
                    CopyFault.NOT_REACHABLE,
                    "user " + original.runAs() + " can't get to the copy in " + data,
                    "Give a scratch folder that this user may walk down to.");
        }
    }

    PostgresqlSettings settings() {
        return settings(original.maintenanceDatabase(), original.user());
    }

    private PostgresqlSettings settings(String database, String role) {
        return new PostgresqlSettings(
                original.name(),
                original.binDirectory(),
                data,
                sockets.toString(),
                NAME_OF_SOCKET,
                role,
                null,
                original.runAs(),
                data.resolve(PostgresqlSettings.DEFAULT_LOG),
                Files.exists(data) ? options() : List.of(),
                database,
                List.of());
    }

    /** On the command line: no file of configuration comes after that. */
    private List<String> options() {
        List<String> options = new ArrayList<>();
        for (String setting : List.of(
                "config_file=" + config(),
                "hba_file=" + access(),
                "ident_file=" + config(),
                "listen_addresses=",
                "port=" + NAME_OF_SOCKET,
                "unix_socket_directories=" + sockets,
                "unix_socket_permissions=0700",
                "ssl=off",
                "archive_mode=off",
                "archive_command=false",
                "hot_standby=off",
                "max_wal_senders=0",
                "max_logical_replication_workers=0",
                "max_replication_slots=" + REPLICATION_STATES,
                "max_prepared_transactions=" + PREPARED_TRANSACTIONS,
                "max_connections=20",
                "shared_preload_libraries=",
                "session_preload_libraries=",
                "local_preload_libraries=",
                "logging_collector=off",
                "log_destination=stderr",
                "external_pid_file=",
                "autovacuum=off",
                "shared_buffers=32MB",
                "huge_pages=off",
                "jit=off",
                "restart_after_crash=off",
                // nobody needs these files when the machine has crashed
                "fsync=off")) {
            options.addAll(List.of("-c", setting));
        }
        int version = version();
        if (version >= FIRST_WITH_CONNINFO_SETTING) {
            options.addAll(List.of("-c", "primary_conninfo=", "-c", "primary_slot_name="));
        }
        if (version >= FIRST_WITHOUT_EVENT_TRIGGERS) {
            options.addAll(List.of("-c", "event_triggers=off"));
        }
        if (version >= FIRST_WITH_ORIGIN_LIMIT) {
            options.addAll(List.of("-c", "max_active_replication_origins=" + REPLICATION_STATES));
        }
        return options;
    }

    private int version() {
        try {
            return files.version();
        } catch (IOException unreadable) {
            // the start says so
            return 0;
        }
    }
}
