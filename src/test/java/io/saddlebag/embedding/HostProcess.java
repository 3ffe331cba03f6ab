package io.saddlebag.embedding;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A program in a Java virtual machine of its own, with what it prints. */
final class HostProcess implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    /** What Camel says of an exchange that failed, and the JVM of a thread. */
    private static final List<String> FAILURES = List.of("Failed delivery for", "Exception in thread");
    /** Of /proc/net/tcp: the state of a socket that listens, and where state and inode are. */
    private static final String LISTENS = "0A";

    private static final int STATE = 3;
    private static final int INODE = 9;

    private final Process process;
    private final Path output;

    private HostProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    static HostProcess start(Path folder, List<Path> classPath, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator))));
        command.addAll(List.of(arguments));
        return start(folder, command);
    }

    static HostProcess start(Path folder, List<String> command) throws IOException {
        Path output = Files.createTempFile(folder, "output", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        // the test run's own settings are not the host's
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "MAVEN_OPTS", "MAVEN_ARGS"));
        return new HostProcess(builder.start(), output);
    }

    /**
     * Waits until it has printed that.
     *
     * @param unavailable what it prints when it can't get at what it needs here, which skips the test
     */
    void awaitLine(String text, String... unavailable) throws Exception {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!output().contains(text)) {
            for (String reason : unavailable) {
                assumeFalse(
                        output().contains(reason),
                        () -> "not to be had here: "
                                + output().lines()
                                        .filter(line -> line.contains(reason))
                                        .findFirst()
                                        .orElse(reason));
            }
            if (!process.isAlive() || FAILURES.stream().anyMatch(output()::contains)) {
                throw new AssertionError("failed without printing '" + text + "':\n" + output());
            }
            if (System.nanoTime() > end) {
                throw new AssertionError("'" + text + "' was not printed within " + LIMIT + ":\n" + output());
            }
            process.waitFor(200, TimeUnit.MILLISECONDS);
        }
    }

    /** Waits until it has ended by itself. */
    int exitCode(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("did not end within " + limit + ":\n" + output());
        }
        return process.exitValue();
    }

    String output() {
        try {
            return Files.readString(output, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "(its output can't be read: " + e + ")";
        }
    }

    /** The local addresses, in hexadecimal, on which it takes TCP connections. */
    Set<String> listening() throws IOException {
        Path own = Path.of("/proc", Long.toString(process.pid()));
        Set<String> sockets = new HashSet<>();
        try (Stream<Path> open = Files.list(own.resolve("fd"))) {
            for (Path each : open.toList()) {
                if (Files.isSymbolicLink(each)) {
                    sockets.add(Files.readSymbolicLink(each).toString());
                }
            }
        }
        Set<String> addresses = new HashSet<>();
        for (String table : List.of("net/tcp", "net/tcp6")) {
            for (String line : Files.readAllLines(own.resolve(table))) {
                String[] columns = line.strip().split(" +");
                if (columns[STATE].equals(LISTENS) && sockets.contains("socket:[" + columns[INODE] + "]")) {
                    addresses.add(columns[1]);
                }
            }
        }
        return addresses;
    }

    /** Tells it to end, as a service manager does, and waits. */
    @Override
    public void close() {
        process.destroy();
        boolean ended;
        try {
            ended = process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            ended = false;
            Thread.currentThread().interrupt();
        }
        if (!ended) {
            process.destroyForcibly();
            throw new AssertionError("did not end within " + STOP_LIMIT + " of being told to:\n" + output());
        }
    }
}
