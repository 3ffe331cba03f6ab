package io.saddlebag.host;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Runs programs of the machine. Thread-safe. */
public interface Processes {
    /**
     * Runs the command to its end and hands over each line of its output (standard output and error, merged) as it
     * comes, on the calling thread or another, one at a time.
     *
     * <p>When the consumer of the lines fails, the process tree has been ended before its exception is passed on.
     *
     * @return how it ended; a non-zero exit code is a result, not an exception
     * @throws io.saddlebag.fault.BackupException with {@link ProcessFault#TIMED_OUT} when the timeout passed: every
     *     process of its tree has been ended before this is thrown; {@link ProcessFault#CANNOT_START} when there is no
     *     such program
     * @throws InterruptedException when this thread is asked to stop: the process tree has been ended
     */
    Finished run(Command command, Consumer<String> line) throws IOException, InterruptedException;

    /**
     * Whether a program runs on this machine that was started in this way, by this process or another one, and whose command
     * line is such: a program outlives a process that was killed. Programs that it started count, too. False where the
     * system doesn't show it.
     */
    default boolean runs(Predicate<List<String>> commandLine) throws IOException {
        return false;
    }

    /** Ends a process at once, whoever started it, as far as this user may; returns before it is gone. */
    default void kill(long pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    /** @param exitCode 0 to 255, or 128 + signal */
    record Finished(int exitCode, java.time.Duration took) {
        public boolean ok() {
            return exitCode == 0;
        }
    }
}
