package io.saddlebag.host;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A program to run, as an argument list: no shell ever sits between (X13).
 *
 * @param arguments the program and its arguments, never empty
 * @param environment added to the process's own
 * @param directory the working directory; null is this process's
 * @param timeout after which the whole process tree is ended (W4)
 * @param output what becomes of what it says
 * @param input what it reads from its standard input, in UTF-8; at most {@link #LONGEST_INPUT_BYTES}
 * @param inputFile what it reads instead, of any length; null for none
 */
public record Command(
        List<String> arguments,
        Map<String, String> environment,
        @Nullable Path directory,
        Duration timeout,
        Output output,
        String input,
        @Nullable Path inputFile) {
    /** It has to fit into a pipe, so that nobody waits for a program that doesn't read: the smallest holds so much. */
    public static final int LONGEST_INPUT_BYTES = 4096;

    /** W4: a script that doesn't say otherwise may run this long. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(5);

    public Command {
        if (arguments.isEmpty()) {
            throw new IllegalArgumentException("a command has at least a program");
        }
        if (input.getBytes(StandardCharsets.UTF_8).length > LONGEST_INPUT_BYTES) {
            throw new IllegalArgumentException("a command reads at most " + LONGEST_INPUT_BYTES + " bytes");
        }
        if (inputFile != null && !input.isEmpty()) {
            throw new IllegalArgumentException("a command reads a text or a file");
        }
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
    }

    /** What becomes of what a command says. */
    public enum Output {
        LINES,
        /** Nobody reads it: for what goes on in the background, and would fail when it wrote to a reader that is gone. */
        DISCARDED
    }

    public Command(
            List<String> arguments, Map<String, String> environment, @Nullable Path directory, Duration timeout) {
        this(arguments, environment, directory, timeout, Output.LINES);
    }

    /** It reads nothing. */
    public Command(
            List<String> arguments,
            Map<String, String> environment,
            @Nullable Path directory,
            Duration timeout,
            Output output) {
        this(arguments, environment, directory, timeout, output, "", null);
    }

    public static Command of(String... arguments) {
        return new Command(List.of(arguments), Map.of(), null, DEFAULT_TIMEOUT);
    }

    public Command within(Duration limit) {
        return new Command(arguments, environment, directory, limit, output, input, inputFile);
    }

    public Command in(Path workingDirectory) {
        return new Command(arguments, environment, workingDirectory, timeout, output, input, inputFile);
    }

    public Command with(Map<String, String> moreEnvironment) {
        return new Command(arguments, moreEnvironment, directory, timeout, output, input, inputFile);
    }

    public Command discardingOutput() {
        return new Command(arguments, environment, directory, timeout, Output.DISCARDED, input, inputFile);
    }

    /** What it reads, such as a script that must not stand among its arguments. */
    public Command reading(String text) {
        return new Command(arguments, environment, directory, timeout, output, text, null);
    }

    /** What it reads, as long as it may be. */
    public Command reading(Path file) {
        return new Command(arguments, environment, directory, timeout, output, "", file);
    }
}
