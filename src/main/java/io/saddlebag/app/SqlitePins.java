package io.saddlebag.app;

import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.sqlite.Pins;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Waiter;
import io.saddlebag.lease.watchdog.ProcessWatchdog;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Pins, and holds of journals, in Java virtual machines of their own, told apart by their command lines. */
final class SqlitePins implements Pins {
    private static final Duration END_LIMIT = Duration.ofSeconds(20);

    /** Has the time to merge the delta before it is ended by force. */
    private static final Duration MERGE_LIMIT = Duration.ofSeconds(10);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private final Waiter waiter;
    private final Class<?> program;

    /** @param program its main class */
    SqlitePins(Waiter waiter, Class<?> program) {
        this.waiter = waiter;
        this.program = program;
    }

    @Override
    public Pin start(Path file, String id, Duration timeout) throws IOException {
        List<String> command = new ArrayList<>(ProcessWatchdog.javaCommand(
                program.getName(), List.of(file.toString(), Long.toString(timeout.toMillis()), id)));
        return new PinProcess(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    @Override
    public void end(String id) throws IOException {
        List<ProcessHandle> pins = ProcessHandle.allProcesses()
                .filter(process -> isPin(process, id))
                .toList();
        pins.forEach(ProcessHandle::destroyForcibly);
        long begin = waiter.nanos();
        while (pins.stream().anyMatch(process -> process.isAlive() && isPin(process, id))) {
            if (waiter.nanos() - begin > END_LIMIT.toNanos()) {
                throw new BackupException(
                        DatabaseFault.BACKUP_MODE_LOST,
                        "processes " + pins.stream().map(ProcessHandle::pid).toList()
                                + " that pin a database don't end",
                        "End them by hand.");
            }
            pause();
        }
    }

    private void pause() throws IOException {
        try {
            waiter.await(LOOK_AGAIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a pin was ended", e);
        }
    }

    private boolean isPin(ProcessHandle process, String id) {
        List<String> arguments = arguments(process);
        return arguments.contains(program.getName())
                && arguments.get(arguments.size() - 1).equals(id);
    }

    /** Java itself reads a page of them only, which a long class path fills. */
    private static List<String> arguments(ProcessHandle process) {
        Path shown = Path.of("/proc", Long.toString(process.pid()), "cmdline");
        try {
            if (Files.exists(shown)) {
                return List.of(
                        Files.readString(shown, StandardCharsets.ISO_8859_1).split("\0"));
            }
        } catch (IOException goneOrHidden) {
            return List.of();
        }
        return process.info().arguments().map(List::of).orElse(List.of());
    }

    private static final class PinProcess implements Pin {
        private final Process process;
        private final BufferedReader answers;
        private final OutputStream requests;

        PinProcess(Process process) {
            this.process = process;
            this.answers = process.inputReader(StandardCharsets.UTF_8);
            this.requests = process.getOutputStream();
        }

        @Override
        public @Nullable String answer() throws IOException {
            return answers.readLine();
        }

        @Override
        public void ask(String line) throws IOException {
            requests.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            requests.flush();
        }

        /** Its input ends, so that it lets go by itself, and merges; it is made to when it doesn't. */
        @Override
        public void end() {
            try {
                requests.close();
            } catch (IOException gone) {
                // it has ended
            }
            try {
                if (!process.waitFor(MERGE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
