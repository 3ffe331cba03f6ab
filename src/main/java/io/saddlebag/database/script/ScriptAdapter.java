package io.saddlebag.database.script;

import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.DatabaseState;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Command;
import io.saddlebag.host.Deadline;
import io.saddlebag.host.Processes;
import io.saddlebag.host.Waiter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A database that is stopped and started by scripts (W4). The exit code decides. Each line of a script goes to the
 * caller's log and, with the time, to the database's own rotating log file. A script that takes too long is ended with
 * all processes that it started.
 *
 * <p>With a status script, stopping a stopped database and starting an open one run nothing, and after each script the
 * status must follow. Without one the scripts themselves have to be idempotent, and their exit codes are believed.
 */
public final class ScriptAdapter implements DatabaseAdapter {
    public static final String ENGINE = "script";

    private static final int STATUS_OPEN = 0;
    /** LSB: program is not running. */
    private static final int STATUS_STOPPED = 3;

    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);
    private static final Duration STATUS_LIMIT = Duration.ofSeconds(30);

    private final ScriptSettings settings;
    private final Processes processes;
    private final Waiter waiter;
    private final ScriptLog scriptLog;

    public ScriptAdapter(ScriptSettings settings, Processes processes, Waiter waiter, ScriptLog scriptLog) {
        this.settings = settings;
        this.processes = processes;
        this.waiter = waiter;
        this.scriptLog = scriptLog;
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public String engine() {
        return ENGINE;
    }

    @Override
    public DatabaseState state() throws IOException, InterruptedException {
        if (settings.status().isEmpty()) {
            return DatabaseState.UNKNOWN;
        }
        int code;
        try {
            code = processes
                    .run(command(settings.status(), STATUS_LIMIT, "status"), line -> {})
                    .exitCode();
        } catch (BackupException noAnswer) {
            return DatabaseState.UNKNOWN;
        }
        return switch (code) {
            case STATUS_OPEN -> DatabaseState.OPEN;
            case STATUS_STOPPED -> DatabaseState.STOPPED;
            default -> DatabaseState.UNKNOWN;
        };
    }

    @Override
    public void stop(Duration timeout, Consumer<String> log) throws IOException, InterruptedException {
        reach(DatabaseState.STOPPED, settings.stop(), "stop", DatabaseFault.STOP_FAILED, timeout, log);
    }

    /** Waits first for a stop script that somebody has begun: one whose process was killed goes on alone. */
    @Override
    public void start(Duration timeout, Consumer<String> log) throws IOException, InterruptedException {
        Deadline deadline = Deadline.after(waiter, shorter(timeout, settings.timeout()));
        while (processes.runs(this::isStopScript)) {
            if (deadline.passed()) {
                throw new BackupException(
                        DatabaseFault.START_FAILED,
                        "database " + name() + " is still being stopped by script " + settings.stop(),
                        "See " + settings.logFile() + " for where the stop script hangs, and end it.");
            }
            deadline.await(LOOK_AGAIN);
        }
        reach(DatabaseState.OPEN, settings.start(), "start", DatabaseFault.START_FAILED, timeout, log);
    }

    /** An interpreter and its options may stand before. */
    private boolean isStopScript(List<String> line) {
        List<String> stop = settings.stop();
        return line.size() >= stop.size()
                && line.subList(line.size() - stop.size(), line.size()).equals(stop);
    }

    private void reach(
            DatabaseState goal,
            List<String> script,
            String operation,
            DatabaseFault fault,
            Duration timeout,
            Consumer<String> log)
            throws IOException, InterruptedException {
        check(script, operation);
        Deadline deadline = Deadline.after(waiter, shorter(timeout, settings.timeout()));
        if (state() == goal) {
            log.accept("database " + name() + " is " + goal + " already: script " + operation + " was not run");
            return;
        }
        run(script, operation, fault, deadline.remaining(), log);
        if (settings.status().isEmpty()) {
            return;
        }
        DatabaseState now = state();
        while (now != goal) {
            if (deadline.passed()) {
                throw new BackupException(
                        fault,
                        "script " + operation + " of database " + name() + " ended well, but the status script says "
                                + now,
                        "See " + settings.logFile() + " and run the status script by hand.");
            }
            deadline.await(LOOK_AGAIN);
            now = state();
        }
    }

    @Override
    public List<DatabaseComponent> components() {
        return settings.paths().stream()
                .map(path -> new DatabaseComponent(path.toString(), DatabaseComponent.Kind.DATA, path, List.of()))
                .toList();
    }

    /** Without a verify script the status script has to do. */
    @Override
    public String verifyOpen(Duration timeout) throws IOException, InterruptedException {
        if (settings.verify().isEmpty()) {
            DatabaseState state = state();
            if (state != DatabaseState.OPEN) {
                throw new BackupException(
                        DatabaseFault.NOT_OPEN,
                        "database " + name() + " is " + state + " by its status script",
                        "Configure scripts status and verify, and see " + settings.logFile() + ".");
            }
            return "the status script of database " + name() + " says that it is open";
        }
        check(settings.verify(), "verify");
        return "the verify script of database " + name() + " succeeded: "
                + run(settings.verify(), "verify", DatabaseFault.NOT_OPEN, timeout, line -> {});
    }

    /** @return the last line of the output */
    private String run(List<String> script, String operation, DatabaseFault fault, Duration limit, Consumer<String> log)
            throws IOException, InterruptedException {
        String[] last = {"(no output)"};
        note("script " + operation + " begins: " + script.get(0));
        int code;
        try {
            code = processes
                    .run(command(script, limit, operation), line -> {
                        note(operation + ": " + line);
                        log.accept(line);
                        last[0] = line;
                    })
                    .exitCode();
        } catch (BackupException notFinished) {
            note("script " + operation + " failed: " + notFinished.what());
            throw failed(fault, operation, notFinished.what(), notFinished);
        } catch (UncheckedIOException unwritable) {
            throw new IOException("the log " + settings.logFile() + " can't be written", unwritable.getCause());
        }
        note("script " + operation + " ended with exit code " + code);
        if (code != 0) {
            throw failed(fault, operation, "exit code " + code + ", last line: " + last[0], null);
        }
        return last[0];
    }

    private BackupException failed(DatabaseFault fault, String operation, String why, @Nullable Throwable cause) {
        return new BackupException(
                fault,
                "script " + operation + " of database " + name() + " failed: " + why,
                "See " + settings.logFile() + ", then run the script by hand.",
                cause);
    }

    private void note(String line) {
        try {
            scriptLog.append(line);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    private Command command(List<String> script, Duration limit, String operation) {
        return new Command(
                script,
                Map.of("SADDLEBAG_DATABASE", name(), "SADDLEBAG_OPERATION", operation),
                settings.directory(),
                limit);
    }

    /** A path that isn't there is said before anything is touched; a bare name is looked up by the system. */
    private void check(List<String> script, String operation) throws BackupException {
        Path program = Path.of(script.get(0));
        if (program.isAbsolute() && !Files.isExecutable(program)) {
            throw new BackupException(
                    DatabaseFault.BAD_CONFIGURATION,
                    "option " + operation + " of database " + name() + " can't be \"" + program + "\": "
                            + (Files.exists(program) ? "it may not be executed" : "there is no such file"),
                    "Give a program that this process's user may execute.");
        }
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
