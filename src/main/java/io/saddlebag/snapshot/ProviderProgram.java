package io.saddlebag.snapshot;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Command;
import io.saddlebag.host.ProcessFault;
import io.saddlebag.host.Processes;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The program of the machine that a provider works with. Thread-safe. */
public final class ProviderProgram {
    /** Of output that is kept; a program that says more is ended. */
    public static final int LONGEST_OUTPUT_CHARACTERS = 16 << 20;

    /** Programs speak one language to us, whatever the machine's. */
    private static final Map<String, String> ENVIRONMENT = Map.of("LC_ALL", "C", "LVM_SUPPRESS_FD_WARNINGS", "1");

    private static final int LAST_LINES = 5;

    private final Processes processes;
    private final List<String> program;
    private final Duration timeout;

    /**
     * @param program and its first arguments
     * @param timeout of each run, after which its whole process tree is ended
     */
    public ProviderProgram(Processes processes, List<String> program, Duration timeout) {
        this.processes = processes;
        this.program = List.copyOf(program);
        this.timeout = timeout;
    }

    /** What it said, standard output and error merged. */
    public record Answer(int exitCode, List<String> lines) {
        public Answer {
            lines = List.copyOf(lines);
        }

        public boolean ok() {
            return exitCode == 0;
        }

        /** Its last words, in one line, for people. */
        public String lastWords() {
            List<String> spoken = lines.stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
            return String.join(" / ", spoken.subList(Math.max(0, spoken.size() - LAST_LINES), spoken.size()));
        }
    }

    /**
     * Runs it to its end, whatever that is.
     *
     * @throws BackupException with a {@link ProcessFault} when it is not there, or hung and was ended; {@link
     *     SnapshotFault#FAILED} when it said too much, or this thread was asked to stop: it has been ended then
     */
    public Answer ask(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(program);
        command.addAll(arguments);
        List<String> lines = new ArrayList<>();
        int[] characters = {0};
        try {
            Processes.Finished finished = processes.run(new Command(command, ENVIRONMENT, null, timeout), line -> {
                characters[0] += line.length() + 1;
                if (characters[0] > LONGEST_OUTPUT_CHARACTERS) {
                    throw new TooMuchSaid();
                }
                lines.add(line);
            });
            return new Answer(finished.exitCode(), lines);
        } catch (TooMuchSaid e) {
            throw failed(arguments, "it said more than " + LONGEST_OUTPUT_CHARACTERS + " characters", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(arguments, "this job was asked to stop meanwhile", e);
        }
    }

    /**
     * Runs it, and it has to succeed.
     *
     * @throws BackupException {@link SnapshotFault#FAILED} with its last words
     */
    public List<String> output(List<String> arguments) throws IOException {
        Answer answer = ask(arguments);
        if (!answer.ok()) {
            throw failed(arguments, "it ended with " + answer.exitCode() + ": " + answer.lastWords(), null);
        }
        return answer.lines();
    }

    private BackupException failed(List<String> arguments, String reason, @Nullable Throwable cause) {
        return new BackupException(
                SnapshotFault.FAILED,
                String.join(" ", program.get(program.size() - 1), String.join(" ", arguments)) + " failed: " + reason,
                "Mend what it says, then repeat.",
                cause);
    }

    /** Something that is done to its end even when this thread is asked to stop, such as cleaning up. */
    public interface Cleaning {
        void run() throws IOException;
    }

    /** Runs it with the request to stop put off until it is done. */
    public static void undisturbed(Cleaning cleaning) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            cleaning.run();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static final class TooMuchSaid extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooMuchSaid() {
            super("too much output");
        }
    }
}
