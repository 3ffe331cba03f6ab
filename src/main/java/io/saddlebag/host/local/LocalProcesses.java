package io.saddlebag.host.local;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Command;
import io.saddlebag.host.ProcessFault;
import io.saddlebag.host.Processes;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs programs of this machine without a shell in between. Thread-safe; needs no thread of its own.
 *
 * <p>Standard input is what the command gives, then its end. Output is read as UTF-8 (on Windows as the console writes it). A command has ended when
 * its own process has: what it left running in the background, such as a database, goes on, and the output of that is
 * not waited for. When time is up, everything it ever started is asked to end (TERM) and after a grace made to (KILL),
 * children and orphans too.
 */
public final class LocalProcesses implements Processes {
    /** How long a process has to end itself after it was asked. */
    public static final Duration DEFAULT_GRACE = Duration.ofSeconds(5);

    /** A longer line of output comes as several. */
    public static final int LONGEST_LINE_BYTES = 8192;

    /** How long after the last KILL the processes are given to disappear; one that sleeps in the kernel may not. */
    private static final Duration KILL_LIMIT = Duration.ofSeconds(10);

    private static final Duration POLL = Duration.ofMillis(10);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

    /** Each look while ending reads every process's environment, so not every {@link #POLL}. */
    private static final Duration BETWEEN_SIGNALS = Duration.ofMillis(30);

    private static final Charset OUTPUT_CHARSET = outputCharset();

    /** {@code error=2, No such file or directory} up to Java 21, {@code error: 2 (No such file or directory)} since. */
    private static final Pattern REASON = Pattern.compile("error(?:=|: )\\d+(?:, | \\()([^()]+)\\)?$");

    private final Duration grace;

    public LocalProcesses() {
        this(DEFAULT_GRACE);
    }

    public LocalProcesses(Duration grace) {
        this.grace = grace;
    }

    @Override
    public Finished run(Command command, Consumer<String> line) throws IOException, InterruptedException {
        long start = System.nanoTime();
        String mark = UUID.randomUUID().toString();
        Process process = start(command, mark);
        ProcessTree tree = new ProcessTree(process.toHandle(), mark);
        Output output = new Output(process.getInputStream(), line);
        boolean running = true;
        try {
            boolean inTime =
                    awaitEnd(process, tree, output, start + command.timeout().toNanos());
            running = false;
            if (!inTime) {
                throw timedOut(command, end(tree, output));
            }
            output.drain();
            output.splitter.end();
        } finally {
            if (running) {
                // interrupted, or the consumer of the lines failed: neither leaves a program behind
                end(tree, output);
            }
            process.getInputStream().close();
        }
        return new Finished(process.exitValue(), Duration.ofNanos(System.nanoTime() - start));
    }

    @Override
    public boolean runs(Predicate<List<String>> commandLine) throws IOException {
        return CommandLines.anyOfOurs(commandLine);
    }

    private static Process start(Command command, String mark) throws BackupException {
        Path directory = command.directory();
        if (directory != null && !Files.isDirectory(directory)) {
            throw new BackupException(
                    ProcessFault.CANNOT_START,
                    "program " + command.arguments().get(0) + " did not start: its working directory " + directory
                            + " is not a directory",
                    "Make the directory or name another.");
        }
        ProcessBuilder builder = new ProcessBuilder(command.arguments()).redirectErrorStream(true);
        builder.environment().putAll(command.environment());
        builder.environment().put(ProcessTree.MARK, mark);
        if (command.output() == Command.Output.DISCARDED) {
            builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        }
        if (directory != null) {
            builder.directory(directory.toFile());
        }
        Path input = command.inputFile();
        if (input != null) {
            builder.redirectInput(input.toFile());
        }
        try {
            Process process = builder.start();
            feed(process, command.input());
            return process;
        } catch (IOException e) {
            throw cannotStart(command.arguments().get(0), builder.environment().getOrDefault("PATH", ""), e);
        }
    }

    /** A program that ends without reading tells why by its exit code. */
    private static void feed(Process process, String input) throws IOException {
        try (OutputStream in = process.getOutputStream()) {
            in.write(input.getBytes(OUTPUT_CHARSET));
        } catch (IOException e) {
            if (process.isAlive() && !input.isEmpty()) {
                process.destroyForcibly();
                throw e;
            }
        }
    }

    private static BackupException cannotStart(String program, String path, IOException e) {
        String reason = String.valueOf(e.getMessage()).strip();
        Matcher known = REASON.matcher(reason);
        String why = known.find() ? known.group(1) : reason;
        boolean searched = program.indexOf('/') < 0 && program.indexOf(File.separatorChar) < 0;
        String hint = searched
                ? "Install it, or give its full path; it was looked for in PATH=" + path + "."
                : "Check that the file is there and may be executed, and that the interpreter of its first line exists.";
        return new BackupException(ProcessFault.CANNOT_START, "program " + program + " did not start: " + why, hint, e);
    }

    /** @return false when time was up first */
    private boolean awaitEnd(Process process, ProcessTree tree, Output output, long deadline)
            throws IOException, InterruptedException {
        long nextLook = System.nanoTime();
        while (true) {
            if (Thread.interrupted()) {
                throw new InterruptedException("asked to stop while a program ran");
            }
            boolean exited = !process.isAlive();
            boolean read = output.readAvailable();
            if (exited) {
                return true;
            }
            long now = System.nanoTime();
            if (now - deadline >= 0) {
                return false;
            }
            if (now - nextLook >= 0) {
                tree.look();
                nextLook = now + BETWEEN_LOOKS.toNanos();
            }
            if (!read) {
                long wait = Math.min(POLL.toNanos(), deadline - now);
                boolean unused = process.waitFor(wait, TimeUnit.NANOSECONDS);
            }
        }
    }

    private BackupException timedOut(Command command, List<ProcessHandle> left) {
        String program = command.arguments().get(0);
        String what = "program " + program + " did not end within " + command.timeout();
        if (!left.isEmpty()) {
            what += "; processes " + left.stream().map(ProcessHandle::pid).toList()
                    + " of it could not be ended, they hang in the kernel";
        }
        return new BackupException(
                ProcessFault.TIMED_OUT, what, "See its output for where it hung, or give it a longer timeout.");
    }

    /**
     * Ends every process of the tree. An interrupt meanwhile is kept for later: half of a tree is worse than a late
     * answer.
     *
     * @return those that could not be ended
     */
    private List<ProcessHandle> end(ProcessTree tree, Output output) {
        boolean interrupted = Thread.interrupted();
        try {
            interrupted |= endWith(ProcessHandle::destroy, tree, output, grace);
            interrupted |= endWith(ProcessHandle::destroyForcibly, tree, output, KILL_LIMIT);
            output.readWhatIsLeft();
            output.splitter.end();
            return tree.alive();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** @return whether this thread was interrupted meanwhile */
    private static boolean endWith(Consumer<ProcessHandle> signal, ProcessTree tree, Output output, Duration limit) {
        boolean interrupted = false;
        long deadline = System.nanoTime() + limit.toNanos();
        Set<ProcessHandle> signalled = new HashSet<>();
        do {
            // again and again, since a program that is told to end may start another on its way out
            tree.lookEverywhere();
            List<ProcessHandle> alive = tree.alive();
            if (alive.isEmpty()) {
                break;
            }
            // each once: to some programs a second TERM means to drop everything
            alive.stream().filter(signalled::add).forEach(signal);
            output.readWhatIsLeft();
            try {
                TimeUnit.NANOSECONDS.sleep(BETWEEN_SIGNALS.toNanos());
            } catch (InterruptedException e) {
                interrupted = true;
            }
        } while (System.nanoTime() - deadline < 0);
        return interrupted;
    }

    private static Charset outputCharset() {
        String encoding = System.getProperty("native.encoding");
        if (File.separatorChar == '/' || encoding == null) {
            return StandardCharsets.UTF_8;
        }
        return Charset.forName(encoding);
    }

    /**
     * The output as far as it is there, never waiting for more: a background process that inherited the pipe may hold
     * it open for months.
     */
    private static final class Output {
        /** What may still be in the pipe when its writer has ended; a pipe of Linux holds 64 KiB unless enlarged. */
        private static final int DRAIN_LIMIT_BYTES = 4 << 20;

        private final InputStream in;
        private final LineSplitter splitter;
        private final byte[] buffer = new byte[16 * 1024];
        private boolean consumerFailed;

        Output(InputStream in, Consumer<String> line) {
            this.in = in;
            this.splitter = new LineSplitter(LONGEST_LINE_BYTES, OUTPUT_CHARSET, text -> {
                if (!consumerFailed) {
                    consumerFailed = true;
                    line.accept(text);
                    consumerFailed = false;
                }
            });
        }

        boolean readAvailable() throws IOException {
            return readOnce() > 0;
        }

        void drain() throws IOException {
            int drained = 0;
            for (int n = readOnce(); n > 0 && drained < DRAIN_LIMIT_BYTES; n = readOnce()) {
                drained += n;
            }
        }

        /** Last words while the tree is being ended: worth having, never worth failing for. */
        void readWhatIsLeft() {
            try {
                drain();
            } catch (IOException e) {
                consumerFailed = true;
            }
        }

        private int readOnce() throws IOException {
            int available = in.available();
            if (available <= 0) {
                return 0;
            }
            int n = in.read(buffer, 0, Math.min(available, buffer.length));
            if (n > 0) {
                splitter.accept(buffer, n);
            }
            return Math.max(n, 0);
        }
    }
}
