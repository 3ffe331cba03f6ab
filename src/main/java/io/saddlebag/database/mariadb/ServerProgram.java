package io.saddlebag.database.mariadb;

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
import java.util.function.Consumer;

/** The server's program {@code mariadbd}, always with the same options; and the site's own programs, if any. Thread-safe. */
final class ServerProgram {
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(30);

    private final MariadbSettings settings;
    private final Processes processes;

    ServerProgram(MariadbSettings settings, Processes processes) {
        this.settings = settings;
        this.processes = processes;
    }

    /**
     * The variables that a server has that is started now.
     *
     * @throws BackupException {@link DatabaseFault#BAD_CONFIGURATION} when it wouldn't start with these options
     */
    ServerVariables variables() throws IOException, InterruptedException {
        ServerVariables found = options();
        if (!ServerFiles.isData(settings.dataDirectory(), found)) {
            throw refused(
                    "data",
                    settings.dataDirectory(),
                    "Give the server's data directory (it holds ibdata1) and see that its file system is mounted.");
        }
        return found;
    }

    /** As {@link #variables}, also where the data directory isn't there. */
    ServerVariables options() throws IOException, InterruptedException {
        if (!Files.isExecutable(settings.server())) {
            throw refused("server", settings.server(), "Give the program mariadbd, e.g. /usr/sbin/mariadbd.");
        }
        List<String> lines = Collections.synchronizedList(new ArrayList<>());
        List<String> arguments = arguments();
        arguments.add("--verbose");
        arguments.add("--help");
        Command command =
                Command.of(arguments.toArray(String[]::new)).in(Path.of("/")).within(PROBE_LIMIT);
        if (!processes.run(command, lines::add).ok()) {
            throw new BackupException(
                    DatabaseFault.BAD_CONFIGURATION,
                    "database " + settings.name() + ": " + settings.server() + " refuses its options: "
                            + (lines.isEmpty() ? "it said nothing" : lines.get(lines.size() - 1)),
                    "Correct the options serverOptions and defaultsFile, or the server's own files of options.");
        }
        return ServerVariables.ofHelp(settings.dataDirectory(), List.copyOf(lines));
    }

    /** Returns once its process is there; it is a daemon in a session of its own. */
    void launch(ServerVariables variables, Duration limit, Consumer<String> log)
            throws IOException, InterruptedException {
        if (!settings.start().isEmpty()) {
            runOwn(settings.start(), DatabaseFault.START_FAILED, limit, log);
            return;
        }
        List<String> arguments = new ArrayList<>(List.of("setsid", "--fork"));
        arguments.addAll(arguments());
        if (variables.value("log_error").isEmpty()) {
            arguments.add("--log-error=" + settings.log());
        }
        // what it says before it has opened its log would kill it when nobody reads that any more
        Command command = Command.of(arguments.toArray(String[]::new))
                .in(settings.dataDirectory())
                .within(limit)
                .discardingOutput();
        if (!processes.run(command, log).ok()) {
            throw new BackupException(
                    DatabaseFault.START_FAILED,
                    "database " + settings.name() + " did not start: setsid failed",
                    "Install setsid (package util-linux), or give a start program.");
        }
    }

    /** The site's own program; only when there is one. */
    void stop(Duration limit, Consumer<String> log) throws IOException, InterruptedException {
        runOwn(settings.stop(), DatabaseFault.STOP_FAILED, limit, log);
    }

    /** Where the server writes what goes wrong. */
    Path log(ServerVariables variables) {
        return variables.value("log_error").isEmpty() ? settings.log() : variables.place("log_error");
    }

    private void runOwn(List<String> program, DatabaseFault fault, Duration limit, Consumer<String> log)
            throws IOException, InterruptedException {
        Processes.Finished ended = processes.run(
                Command.of(program.toArray(String[]::new)).in(Path.of("/")).within(limit), log);
        if (!ended.ok()) {
            throw new BackupException(
                    fault,
                    "database " + settings.name() + ": program " + program.get(0) + " ended with exit code "
                            + ended.exitCode(),
                    "See its output in the job's transcript.");
        }
    }

    /** The file of options has to come first. */
    private List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of(settings.server().toString()));
        if (settings.defaultsFile() != null) {
            arguments.add("--defaults-file=" + settings.defaultsFile());
        }
        arguments.add("--datadir=" + settings.dataDirectory());
        if (settings.runAs() != null && isRoot()) {
            arguments.add("--user=" + settings.runAs());
        }
        arguments.addAll(settings.serverOptions());
        return arguments;
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private BackupException refused(String option, Path value, String hint) {
        return new BackupException(
                DatabaseFault.BAD_CONFIGURATION,
                "option " + option + " of database " + settings.name() + " can't be \"" + value + "\"",
                hint);
    }
}
