package io.saddlebag.database.script;

import io.saddlebag.database.DatabaseOptions;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Command;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The scripts of one database. A command is a list of program and arguments; an empty one isn't there.
 *
 * @param status exit code 0: open, 3: stopped (as {@code systemctl is-active} says it), else it can't be told
 * @param verify exit code 0: the started database is whole; its last line goes to the transcript
 * @param timeout for each of stop and start, whatever the caller allows beyond
 * @param paths what has to be backed up: files or folders
 * @param directory the scripts' working directory; null is this process's
 */
public record ScriptSettings(
        String name,
        List<String> stop,
        List<String> start,
        List<String> status,
        List<String> verify,
        Duration timeout,
        List<Path> paths,
        @Nullable Path directory,
        Path logFile) {
    public ScriptSettings {
        stop = List.copyOf(stop);
        start = List.copyOf(start);
        status = List.copyOf(status);
        verify = List.copyOf(verify);
        paths = List.copyOf(paths);
    }

    /**
     * Reads options {@code stop}, {@code start} (required), {@code status}, {@code verify} (lists), {@code timeout} (5m),
     * {@code paths} (list), {@code directory}, {@code log}.
     *
     * @param logFolder where the log {@code NAME.log} is unless option {@code log} says else
     * @throws BackupException {@code BAD_CONFIGURATION} naming option, value and what is valid
     */
    public static ScriptSettings read(DatabaseOptions options, Path logFolder) throws BackupException {
        options.allowOnly("stop", "start", "status", "verify", "timeout", "paths", "directory", "log");
        return new ScriptSettings(
                options.database(),
                command(options, "stop", true),
                command(options, "start", true),
                command(options, "status", false),
                command(options, "verify", false),
                options.duration("timeout", Command.DEFAULT_TIMEOUT),
                options.paths("paths"),
                options.optionalPath("directory").orElse(null),
                options.optionalPath("log").orElse(logFolder.resolve(options.database() + ".log")));
    }

    private static List<String> command(DatabaseOptions options, String option, boolean required)
            throws BackupException {
        List<String> command = options.list(option);
        if ((command.isEmpty() && required)
                || (!command.isEmpty() && command.get(0).isBlank())) {
            throw options.refused(
                    option, String.join(" ", command), "a list of a program and its arguments, e.g. [/opt/db/stop.sh]");
        }
        return command;
    }
}
