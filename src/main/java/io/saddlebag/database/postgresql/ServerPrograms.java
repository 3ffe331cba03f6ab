package io.saddlebag.database.postgresql;

import io.saddlebag.database.DatabaseFault;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Command;
import io.saddlebag.host.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The server's own programs, run as the server's user. Thread-safe. */
final class ServerPrograms {
    /** The program gets this much longer than it was told, so that it can say itself that its time is over. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private static final Duration PROBE_LIMIT = Duration.ofSeconds(20);

    private final PostgresqlSettings settings;
    private final Processes processes;
    private final AtomicBoolean userWorks = new AtomicBoolean();

    ServerPrograms(PostgresqlSettings settings, Processes processes) {
        this.settings = settings;
        this.processes = processes;
    }

    /** @return null when it succeeded, else the last thing that pg_ctl said */
    @Nullable
    String stop(Duration limit, Consumer<String> log) throws IOException, InterruptedException {
        return pgCtl(limit, log, "stop", "-m", "fast");
    }

    /** As a crash does, but for what the server has in shared memory. @return null when it succeeded */
    @Nullable
    String stopAtOnce(Duration limit, Consumer<String> log) throws IOException, InterruptedException {
        return pgCtl(limit, log, "stop", "-m", "immediate");
    }

    /** Whether a pg_ctl works for this data directory, which may be about to start the server. */
    boolean isAtWork() throws IOException {
        List<String> data = List.of("-D", settings.dataDirectory().toString());
        return processes.runs(line -> Collections.indexOfSubList(line, data) >= 0);
    }

    /** Whether the server's user may read a file. */
    boolean mayRead(Path file) throws IOException, InterruptedException {
        return processes
                .run(command(List.of("test", "-r", file.toString())).within(PROBE_LIMIT), line -> {})
                .ok();
    }

    /** Whether the server's user may get to what is in a folder. */
    boolean mayEnter(Path folder) throws IOException, InterruptedException {
        return processes
                .run(command(List.of("test", "-x", folder.toString())).within(PROBE_LIMIT), line -> {})
                .ok();
    }

    /** @return null when it succeeded, else the last thing that pg_ctl said */
    @Nullable
    String start(Duration limit, Consumer<String> log) throws IOException, InterruptedException {
        List<String> arguments =
                new ArrayList<>(List.of("start", "-l", settings.logFile().toString()));
        List<String> options = new ArrayList<>(settings.serverOptions());
        RestoredCopy restored = new RestoredCopy(settings.dataDirectory());
        restored.prepare();
        Optional<List<String>> arranged = new ArrangedRecovery(settings.dataDirectory()).options();
        if (arranged.isPresent()) {
            options.addAll(arranged.get());
            log.accept("this copy is rolled forward first: " + String.join(" ", arranged.get()));
        } else if (restored.recovers()) {
            options.addAll(RestoredCopy.options(configured("restore_command")));
            log.accept("this copy was made online: it recovers to the end of its backup first");
        }
        if (!options.isEmpty()) {
            arguments.add("-o");
            arguments.add(quoted(options));
        }
        return pgCtl(limit, log, arguments.toArray(String[]::new));
    }

    /** A setting as a stopped server would have it; empty when it is, and when the server doesn't say. */
    private String configured(String setting) throws IOException, InterruptedException {
        List<String> lines = Collections.synchronizedList(new ArrayList<>());
        List<String> arguments = new ArrayList<>(List.of(
                settings.binDirectory().resolve("postgres").toString(),
                "-D",
                settings.dataDirectory().toString(),
                "-C",
                setting));
        arguments.addAll(settings.serverOptions());
        boolean ok = processes
                .run(command(arguments).within(PROBE_LIMIT), lines::add)
                .ok();
        return ok && !lines.isEmpty() ? lines.get(lines.size() - 1).strip() : "";
    }

    /** Whether somebody's pg_ctl is about to stop the server, or doing so: one whose process was killed goes on alone. */
    boolean isBeingStopped() throws IOException {
        List<String> stop = List.of("stop", "-D", settings.dataDirectory().toString());
        return processes.runs(line -> Collections.indexOfSubList(line, stop) >= 0);
    }

    ClusterState clusterState() throws IOException, InterruptedException {
        Path reporter = settings.binDirectory().resolve("pg_controldata");
        if (!Files.isExecutable(reporter)) {
            return ClusterState.ofControlFile(settings.dataDirectory());
        }
        List<String> lines = Collections.synchronizedList(new ArrayList<>());
        Command command = command(List.of(
                        reporter.toString(), "-D", settings.dataDirectory().toString()))
                .within(PROBE_LIMIT)
                .with(Map.of("LC_ALL", "C"));
        return processes.run(command, lines::add).ok() ? ClusterState.ofReport(lines) : ClusterState.CANNOT_TELL;
    }

    /**
     * Checks all that can be known before the server is touched.
     *
     * @throws BackupException {@link DatabaseFault#BAD_CONFIGURATION}
     */
    void check() throws IOException, InterruptedException {
        for (String program : List.of("pg_ctl", "postgres")) {
            if (!Files.isExecutable(settings.binDirectory().resolve(program))) {
                throw refused(
                        "bin",
                        settings.binDirectory().toString(),
                        "Give the folder that holds pg_ctl and postgres, e.g. /usr/lib/postgresql/17/bin.");
            }
        }
        if (!Files.exists(settings.dataDirectory().resolve("PG_VERSION"))) {
            throw refused(
                    "data",
                    settings.dataDirectory().toString(),
                    "Give the server's data directory (it holds PG_VERSION) and see that its file system is mounted.");
        }
        checkUser();
    }

    private void checkUser() throws IOException, InterruptedException {
        RunAs runAs = settings.runAs();
        if (runAs == null) {
            if (isRoot()) {
                throw refused(
                        "runAs", "", "Name the server's owner, e.g. postgres: PostgreSQL refuses to run as root.");
            }
            return;
        }
        if (userWorks.get() || isItself(runAs)) {
            return;
        }
        List<String> said = Collections.synchronizedList(new ArrayList<>());
        boolean works;
        try {
            works = processes
                    .run(command(List.of("true")).within(PROBE_LIMIT), said::add)
                    .ok();
        } catch (BackupException noProgram) {
            throw new BackupException(
                    DatabaseFault.BAD_CONFIGURATION,
                    userRefused(runAs, noProgram.what()),
                    "Install setpriv (package util-linux), or run Saddlebag as that user and leave the option out.",
                    noProgram);
        }
        if (!works) {
            throw new BackupException(
                    DatabaseFault.BAD_CONFIGURATION,
                    userRefused(runAs, String.join("; ", said)),
                    "Name a user and group of this machine, and run Saddlebag as root or as that user.");
        }
        userWorks.set(true);
    }

    private String userRefused(RunAs runAs, String why) {
        return "option runAs of database " + settings.name() + " can't be \"" + runAs + "\": " + why;
    }

    private BackupException refused(String option, String value, String hint) {
        return new BackupException(
                DatabaseFault.BAD_CONFIGURATION,
                "option " + option + " of database " + settings.name() + " can't be \"" + value + "\"",
                hint);
    }

    private @Nullable String pgCtl(Duration limit, Consumer<String> log, String... action)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>();
        arguments.add(settings.binDirectory().resolve("pg_ctl").toString());
        arguments.add(action[0]);
        arguments.addAll(List.of("-D", settings.dataDirectory().toString(), "-w", "-t"));
        arguments.add(Long.toString(Math.max(1, limit.plusMillis(999).toSeconds())));
        arguments.addAll(List.of(action).subList(1, action.length));
        LastLine last = new LastLine(log);
        boolean ok = processes
                .run(command(arguments).within(limit.plus(GRACE)), last)
                .ok();
        return ok ? null : last.text();
    }

    private Command command(List<String> arguments) {
        RunAs runAs = settings.runAs();
        List<String> all = new ArrayList<>(runAs == null || isItself(runAs) ? List.of() : runAs.prefix());
        all.addAll(arguments);
        // pg_ctl needs a directory that its user may enter, which ours need not be
        return Command.of(all.toArray(String[]::new)).in(Path.of("/"));
    }

    /** pg_ctl hands this text to a shell of its own, so nothing in it may mean anything there. */
    private static String quoted(List<String> options) {
        return options.stream()
                .map(option -> "'" + option.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
    }

    private static boolean isItself(RunAs runAs) {
        return runAs.user().equals(System.getProperty("user.name"));
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** Passes lines on and keeps the last. */
    private static final class LastLine implements Consumer<String> {
        private final Consumer<String> next;
        private volatile String last = "it said nothing";

        LastLine(Consumer<String> next) {
            this.next = next;
        }

        @Override
        public void accept(String line) {
            if (!line.isBlank()) {
                last = line.strip();
            }
            next.accept(line);
        }

        String text() {
            return last;
        }
    }
}
