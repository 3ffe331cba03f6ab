package io.saddlebag.database.postgresql;

import io.saddlebag.database.TransferFault;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Command;
import io.saddlebag.host.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code pg_dump} and {@code pg_restore}, run as the server's user. They have to be as new as the server. */
final class DumpPrograms {
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(20);
    private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+)");
    private static final int KEPT_LINES = 5;

    private final PostgresqlSettings original;
    private final Processes processes;

    DumpPrograms(PostgresqlSettings original, Processes processes) {
        this.original = original;
        this.processes = processes;
    }

    /** @param major version of the server */
    void require(int major) throws IOException, InterruptedException {
        for (String name : List.of("pg_dump", "pg_restore")) {
            Path program = original.binDirectory().resolve(name);
            if (!Files.isExecutable(program)) {
                throw new BackupException(
                        TransferFault.NO_PROGRAM,
                        "there is no " + name + " in " + original.binDirectory(),
                        "Install the client programs of PostgreSQL " + major + " or newer there; one database is taken"
                                + " from the copy with them.");
            }
            List<String> said = Collections.synchronizedList(new ArrayList<>());
            processes.run(command(List.of(program.toString(), "--version"), Map.of(), PROBE_LIMIT), said::add);
            Matcher version = VERSION.matcher(String.join("\n", said));
            if (!version.find() || Integer.parseInt(version.group(1)) < major) {
                throw new BackupException(
                        TransferFault.NO_PROGRAM,
                        program + " says that it is \"" + String.join(" ", said) + "\", and the server is of version "
                                + major,
                        "Install the client programs of PostgreSQL " + major + " or newer there.");
            }
        }
    }

    /** Dumps a database of the copy into a file. */
    void dump(Map<String, String> connection, Path file, Duration limit, Consumer<String> log)
            throws IOException, InterruptedException {
        run(
                List.of(
                        original.binDirectory().resolve("pg_dump").toString(),
                        "--format=custom",
                        "--compress=1",
                        "--file=" + file,
                        "--dbname=" + conninfo(connection)),
                Map.of(),
                limit,
                log);
    }

    /** Makes the database that was dumped, with its properties, at the original. */
    void restore(Map<String, String> connection, Path file, Duration limit, Consumer<String> log)
            throws IOException, InterruptedException {
        Map<String, String> environment = new HashMap<>();
        String password = new ServerConnections(original).password();
        if (password != null) {
            // what the processes of other users don't show, unlike arguments
            environment.put("PGPASSWORD", password);
        }
        run(
                List.of(
                        original.binDirectory().resolve("pg_restore").toString(),
                        "--create",
                        "--exit-on-error",
                        "--dbname=" + conninfo(connection),
                        file.toString()),
                environment,
                limit,
                log);
    }

    private void run(List<String> arguments, Map<String, String> environment, Duration limit, Consumer<String> log)
            throws IOException, InterruptedException {
        LastLines last = new LastLines(log);
        Processes.Finished finished = processes.run(command(arguments, environment, limit), last);
        if (!finished.ok()) {
            throw new BackupException(
                    TransferFault.NOT_LOADED,
                    Path.of(arguments.get(0)).getFileName() + " ended with exit code " + finished.exitCode() + ": "
                            + last.text(),
                    "Remove the cause: roles, tablespaces and extensions that the database had then have to be there."
                            + " Then repeat the command.");
        }
    }

    private Command command(List<String> arguments, Map<String, String> environment, Duration limit) {
        RunAs runAs = original.runAs();
        List<String> all = new ArrayList<>(runAs == null || isItself(runAs) ? List.of() : runAs.prefix());
        all.addAll(arguments);
        Map<String, String> own = new HashMap<>(environment);
        own.put("LC_ALL", "C");
        return Command.of(all.toArray(String[]::new)).in(Path.of("/")).with(own).within(limit);
    }

    private static boolean isItself(RunAs runAs) {
        return runAs.user().equals(System.getProperty("user.name"));
    }

    /** As libpq reads it: values in quotes, backslashes and quotes escaped. */
    static String conninfo(Map<String, String> parameters) {
        List<String> all = new ArrayList<>();
        parameters.forEach(
                (key, value) -> all.add(key + "='" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"));
        Collections.sort(all);
        return String.join(" ", all);
    }

    /** Passes lines on and keeps the last ones. */
    private static final class LastLines implements Consumer<String> {
        private final Consumer<String> next;
        private final List<String> last = new ArrayList<>();

        LastLines(Consumer<String> next) {
            this.next = next;
        }

        @Override
        public synchronized void accept(String line) {
            if (!line.isBlank()) {
                last.add(line.strip());
                if (last.size() > KEPT_LINES) {
                    last.remove(0);
                }
            }
            next.accept(line);
        }

        synchronized String text() {
            return last.isEmpty() ? "it said nothing" : String.join("; ", last);
        }
    }
}
