package io.saddlebag.database.mariadb;

import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.JournalServer;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Command;
import io.saddlebag.host.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes statements of binary logs ({@code mariadb-binlog}) and has a running server carry them out ({@code mariadb}), which ends at the first one that
 * fails.
 */
final class BinlogReplay {
    private static final String READER = "/usr/bin/mariadb-binlog";
    private static final String CLIENT = "/usr/bin/mariadb";
    private static final Duration LIMIT = Duration.ofHours(24);
    private static final String STATEMENTS = "statements.sql";
    private static final String DONE = "saddlebag: all statements are carried out";

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);
    private static final int MOST_LINES = 20;

    private final MariadbSettings settings;
    private final ServerConnections connections;
    private final Processes processes;

    BinlogReplay(MariadbSettings settings, ServerConnections connections, Processes processes) {
        this.settings = settings;
        this.connections = connections;
        this.processes = processes;
    }

    void run(List<Path> logs, JournalServer.Stretch stretch, Consumer<String> log)
            throws IOException, InterruptedException {
        Path statements = logs.get(0).resolveSibling(STATEMENTS);
        run(Command.of(reading(logs, stretch, statements)).with(Map.of("TZ", "UTC")), log);
        log.accept("the binary logs are statements in " + statements);
        // behind the last one: the answer tells that all were carried out, and an exit code doesn't
        Files.writeString(statements, "\nselect '" + DONE + "';\n", StandardOpenOption.APPEND);
        if (!run(Command.of(carryingOut()).with(secret()).reading(statements), log)) {
            throw failed(
                    "was not brought forward by its binary logs: " + CLIENT
                            + " says that all went well, and didn't come to the end of the statements",
                    "Nothing is known of what was carried out. Restore the database anew, and begin again; see that "
                            + CLIENT + " is MariaDB's own client.");
        }
    }

    private static String[] reading(List<Path> logs, JournalServer.Stretch stretch, Path to) {
        List<String> arguments = new ArrayList<>(List.of(READER, "--no-defaults", "--result-file=" + to));
        if (stretch.from() > 0) {
            arguments.add("--start-position=" + stretch.from());
        }
        Instant until = stretch.until();
        if (until != null) {
            // it stops before the first event of that second
            arguments.add("--stop-datetime="
                    + TIME.format(until.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1)));
        }
        if (stretch.to() > 0) {
            arguments.add("--stop-position=" + stretch.to());
        }
        logs.forEach(each -> arguments.add(each.toString()));
        return arguments.toArray(String[]::new);
    }

    /** Binary mode leaves line ends in texts as they are, and takes none of them for the client's own commands. */
    private String[] carryingOut() {
        List<String> arguments =
                new ArrayList<>(List.of(CLIENT, "--no-defaults", "--binary-mode", "--batch", "--skip-column-names"));
        Path socket = settings.socket();
        if (socket == null) {
            arguments.addAll(List.of("--protocol=tcp", "--host=" + settings.host(), "--port=" + settings.port()));
        } else {
            arguments.add("--socket=" + socket);
        }
        arguments.add("--user=" + settings.user());
        return arguments.toArray(String[]::new);
    }

    private Map<String, String> secret() throws IOException {
        Map<String, String> environment = new TreeMap<>();
        @Nullable String password = connections.password();
        if (password != null) {
            environment.put("MYSQL_PWD", password);
        }
        return environment;
    }

    /** @return whether it came to {@link #DONE} */
    private boolean run(Command command, Consumer<String> log) throws IOException, InterruptedException {
        List<String> said = new ArrayList<>();
        AtomicBoolean done = new AtomicBoolean();
        Processes.Finished ended = processes.run(command.within(LIMIT), line -> {
            if (line.strip().equals(DONE)) {
                done.set(true);
            } else if (said.size() < MOST_LINES) {
                said.add(line);
                log.accept(line);
            }
        });
        if (!ended.ok()) {
            throw failed(
                    "was not brought forward by its binary logs: "
                            + command.arguments().get(0) + " ended with " + ended.exitCode() + ": "
                            + String.join("; ", said),
                    "What was before the failing statement is carried out. Restore the database anew, and begin again with the"
                            + " right log and position, or end before that statement.");
        }
        return done.get();
    }

    private BackupException failed(String what, String hint) {
        return new BackupException(DatabaseFault.NOT_OPEN, "database " + settings.name() + " " + what, hint);
    }
}
