package io.saddlebag.database.mariadb;

import io.saddlebag.database.DatabaseFault;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Deadline;
import io.saddlebag.host.Processes;
import io.saddlebag.host.Waiter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The server on a restored data directory, before that takes its place: with the original's options, but reachable for this process alone. It
 * logs what is applied as a server does, so that its list of transactions goes on; then its logs go, and it begins with number 1.
 */
final class StagedServer {
    private static final Duration LIMIT = Duration.ofHours(1);
    private static final String ACCOUNT = "saddlebag-recovery";
    /** {@code sun_path} of unix(7), less its end. */
    private static final int LONGEST_SOCKET = 107;

    /** In the folder of the journals: where the server works, for whoever has to end it when this process is dead. */
    private static final String PLACE = "place";

    /** Without it the process died while it wrote that, and before it started a server. */
    private static final String END = "\n";

    private static final int SECRET_BYTES = 24;
    private static final String LINK = ".isl";

    /** Places that the original's options may name as whole paths. */
    private static final List<String> PLACES =
            List.of("innodb_data_home_dir", "innodb_undo_directory", "innodb_log_group_home_dir", "aria_log_dir_path");

    private final MariadbSettings original;
    private final ServerVariables variables;
    private final Path data;
    private final Path area;
    private final Processes processes;
    private final Waiter waiter;
    private final SecureRandom random;

    /**
     * @param variables of the original, whose data may be gone
     * @param data the restored data directory
     * @param area for the secret
     * @param random makes it
     */
    StagedServer(
            MariadbSettings original,
            ServerVariables variables,
            Path data,
            Path area,
            Processes processes,
            Waiter waiter,
            SecureRandom random) {
        this.original = original;
        this.variables = variables;
        this.data = data;
        this.area = area;
        this.processes = processes;
        this.waiter = waiter;
        this.random = random;
    }

    /** @throws BackupException {@link DatabaseFault#NO_RECOVERY}: the server would write to the original's files */
    void requireWithin() throws IOException {
        List<Path> parts = new ArrayList<>(variables.folders().values());
        parts.addAll(variables.systemFiles());
        for (Path part : parts) {
            if (!part.startsWith(original.dataDirectory())) {
                throw outside(part.toString());
            }
        }
        Files.walkFileTree(data, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isSymbolicLink() || file.toString().endsWith(LINK)) {
                    throw outside(data.relativize(file).toString());
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private BackupException outside(String what) {
        return new BackupException(
                DatabaseFault.NO_RECOVERY,
                "database " + original.name() + " has " + what
                        + ", which is or leads outside of its data directory: journals aren't applied to such before they are"
                        + " in place",
                "Restore it with 'saddlebag restore', and roll it forward with 'saddlebag journal apply'.");
    }

    /** Applies logs, of which each stretch is one run of the programs. */
    void carryOut(List<BinlogStretch> stretches, Consumer<String> log) throws IOException, InterruptedException {
        Path socket = data.resolve("s");
        if (socket.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_SOCKET) {
            throw new BackupException(
                    DatabaseFault.NO_RECOVERY,
                    "the path of the socket " + socket + " is longer than " + LONGEST_SOCKET + " bytes",
                    "Give the database a data directory with a shorter path.");
        }
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        String secret = "Aa-1" + HexFormat.of().formatHex(bytes);
        writeSecretly(area.resolve("secret"), secret + "\n");
        writeSecretly(area.resolve(PLACE), data + END);
        writeSecretly(
                data.resolve("saddlebag.sql"),
                "create or replace user '" + ACCOUNT + "'@'localhost' identified by '" + secret + "';\n"
                        + "grant all on *.* to '" + ACCOUNT + "'@'localhost' with grant option;\n");
        writeSecretly(data.resolve("saddlebag.index"), index());
        own(data.resolve("saddlebag.sql"));
        own(data.resolve("saddlebag.index"));
        MariadbSettings settings = settings(socket);
        MariadbAdapter server = new MariadbAdapter(settings, processes, waiter, random);
        boolean done = false;
        try {
            server.start(LIMIT, log);
            ServerConnections connections = new ServerConnections(settings);
            for (BinlogStretch each : stretches) {
                new BinlogReplay(settings, connections, processes).run(each.logs(), each.stretch(), log);
            }
            shutDown(connections);
            awaitEnd();
            // it is down: whether that was clean is asked of its redo log
            server.stop(LIMIT, log);
            done = true;
        } finally {
            if (!done) {
                kill(data, processes, waiter);
            }
        }
        forgetLogs();
    }

    /** The session outlives its account, and nobody else could stop the server then. */
    private void shutDown(ServerConnections connections) throws IOException {
        try (var connection = connections.open(Duration.ofMinutes(1))) {
            Queries.run(connection, "set session sql_log_bin = 0");
            Queries.run(connection, "set global innodb_fast_shutdown = 1");
            Queries.run(connection, "drop user '" + ACCOUNT + "'@'localhost'");
            Queries.run(connection, "shutdown");
        } catch (java.sql.SQLException refused) {
            throw new BackupException(
                    DatabaseFault.NOT_OPEN,
                    "the server that recovered " + original.name() + " could not be told to end: "
                            + refused.getMessage(),
                    "Repeat the recovery; the database has the files it had.",
                    refused);
        }
    }

    private void awaitEnd() throws IOException, InterruptedException {
        ServerProcesses server = new ServerProcesses(Path.of("/proc"));
        Deadline deadline = Deadline.after(waiter, LIMIT);
        while (!server.of(data).pids().isEmpty()) {
            if (deadline.passed()) {
                throw new BackupException(
                        DatabaseFault.STOP_FAILED,
                        "the server that recovered " + original.name() + " doesn't end",
                        "Repeat the recovery; the database has the files it had.");
            }
            deadline.await(MariadbAdapter.LOOK_AGAIN);
        }
    }

    /** Ends one that a dead process left. The folder of its journals says where it works. */
    static void endLeft(Path area, Processes processes, Waiter waiter) throws IOException, InterruptedException {
        Path place = area.resolve(PLACE);
        String text = Files.exists(place) ? Files.readString(place) : "";
        if (text.endsWith(END)) {
            kill(Path.of(text.substring(0, text.length() - END.length())), processes, waiter);
        }
    }

    /** Nothing of what it writes is of any use after a failure. */
    private static void kill(Path data, Processes processes, Waiter waiter) throws IOException, InterruptedException {
        ServerProcesses server = new ServerProcesses(Path.of("/proc"));
        for (List<Long> left = server.of(data).pids();
                !left.isEmpty();
                left = server.of(data).pids()) {
            for (long pid : left) {
                processes.kill(pid);
            }
            waiter.await(MariadbAdapter.LOOK_AGAIN);
        }
    }

    /** The list of transactions, a file of its own, stays: a server without logs goes on from that. */
    private void forgetLogs() throws IOException {
        for (Path each : LeftLogs.in(logs())) {
            Files.delete(each);
        }
        Path index = variables.value("log_bin_index").isEmpty()
                ? logs().resolveSibling(logs().getFileName() + ".index")
                : staged(variables.place("log_bin_index"));
        for (Path each : List.of(
                index,
                data.resolve("saddlebag.index"),
                data.resolve("saddlebag.sql"),
                data.resolve("saddlebag.err"),
                data.resolve("saddlebag.pid"),
                data.resolve("s"))) {
            Files.deleteIfExists(each);
        }
    }

    private Path logs() {
        return staged(variables.place("log_bin"));
    }

    private Path staged(Path place) {
        return data.resolve(original.dataDirectory().relativize(place));
    }

    private String index() throws IOException {
        StringBuilder text = new StringBuilder();
        LeftLogs.in(logs()).forEach(each -> text.append(each).append('\n'));
        return text.toString();
    }

    private MariadbSettings settings(Path socket) {
        List<String> options = new ArrayList<>(original.serverOptions());
        for (String name : PLACES) {
            if (!variables.value(name).isEmpty()) {
                options.add("--" + name.replace('_', '-') + "=" + staged(variables.place(name)));
            }
        }
        options.addAll(List.of(
                "--skip-networking",
                "--skip-slave-start",
                "--event-scheduler=OFF",
                "--general-log=0",
                "--slow-query-log=0",
                "--loose-wsrep-on=OFF",
                "--socket=" + socket,
                "--pid-file=" + data.resolve("saddlebag.pid"),
                "--init-file=" + data.resolve("saddlebag.sql"),
                "--log-error=" + data.resolve("saddlebag.err"),
                "--log-bin=" + logs(),
                "--log-bin-index=" + data.resolve("saddlebag.index"),
                // nobody needs these files when the machine has crashed
                "--innodb-flush-log-at-trx-commit=0",
                "--sync-binlog=0"));
        return new MariadbSettings(
                original.name(),
                original.server(),
                data,
                original.defaultsFile(),
                options,
                original.host(),
                original.port(),
                socket,
                ACCOUNT,
                area.resolve("secret"),
                original.runAs(),
                data.resolve("saddlebag.err"),
                List.of(),
                List.of(),
                List.of(),
                MariadbSettings.Check.OPEN);
    }

    private static void writeSecretly(Path file, String text) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text);
    }

    private void own(Path path) throws IOException {
        for (String owner : Set.of("unix:uid", "unix:gid")) {
            Object value = Files.getAttribute(data, owner, LinkOption.NOFOLLOW_LINKS);
            if (!value.equals(Files.getAttribute(path, owner, LinkOption.NOFOLLOW_LINKS))) {
                Files.setAttribute(path, owner, value, LinkOption.NOFOLLOW_LINKS);
            }
        }
    }
}
