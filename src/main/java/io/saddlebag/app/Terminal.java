package io.saddlebag.app;

import io.saddlebag.cli.Surroundings;
import io.saddlebag.operator.Client;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The terminal that this process was started from. */
final class Terminal implements Surroundings.Terminal {
    /** Behind the program's name in {@code /proc/self/stat} (proc(5)). */
    private static final int PROCESS_GROUP = 2;

    private static final int FOREGROUND_GROUP = 5;

    private final InputStream input;
    private final BufferedReader lines;

    Terminal(InputStream input) {
        this.input = input;
        this.lines = new BufferedReader(new InputStreamReader(input, Charset.defaultCharset()));
    }

    @Override
    public boolean watches() {
        return isTerminal(2);
    }

    @Override
    public boolean answers() {
        return watches() && isTerminal(0) && isInForeground();
    }

    /** A process in the background must not read: the kernel would stop it, and what is typed is meant for the shell. */
    @Override
    public synchronized Optional<String> typed() throws IOException {
        boolean there = lines.ready() || (isInForeground() && input.available() > 0);
        return there ? Optional.ofNullable(lines.readLine()) : Optional.empty();
    }

    @Override
    public char @Nullable [] secret(String prompt) {
        Console console = System.console();
        return console == null || !answers() ? null : console.readPassword("%s", prompt);
    }

    Client client() {
        return answers() ? Client.AT_TERMINAL : Client.ABSENT;
    }

    /** {@code System.console()} says yes for pipes, too, on newer Java; the kernel knows what the descriptor is. */
    private static boolean isTerminal(int descriptor) {
        try {
            Path open = Path.of("/proc/self/fd/" + descriptor).toRealPath();
            return open.startsWith("/dev/pts") || open.toString().startsWith("/dev/tty");
        } catch (IOException e) {
            // a pipe or a deleted file has no path
            return false;
        }
    }

    private static boolean isInForeground() {
        try {
            String stat = Files.readString(Path.of("/proc/self/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", FOREGROUND_GROUP + 2);
            return fields.length > FOREGROUND_GROUP && fields[PROCESS_GROUP].equals(fields[FOREGROUND_GROUP]);
        } catch (IOException e) {
            // where the kernel doesn't say, nobody is asked
            return false;
        }
    }
}
