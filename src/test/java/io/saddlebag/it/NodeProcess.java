package io.saddlebag.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddlebag.app.CommandLineInProcess;
import io.saddlebag.app.CommandLineInProcess.Said;
import io.saddlebag.posix.Posix;
import io.saddlebag.posix.linux.LinuxPosix;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Commands in a process of their own, which stays for the next one: apart from the test's, and without a new Java each. */
final class NodeProcess implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BY_CLOCK = "by-clock";

    private final Path home;
    private final Process process;
    private final BufferedReader answers;
    private final PrintStream requests;

    private NodeProcess(Path home, Process process) {
        this.home = home;
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.requests = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    /** @param log gets what the process says besides */
    static NodeProcess start(Path home, Path log) throws IOException {
        return new NodeProcess(
                home, builder(System.getProperty("java.class.path"), log).start());
    }

    /** @param clock of a {@link SkippingClock} */
    static NodeProcess startByClock(Path home, Path log, Path clock) throws IOException {
        ProcessBuilder builder = builder(System.getProperty("java.class.path"), log);
        builder.command().add(BY_CLOCK);
        builder.command().add(clock.toString());
        return new NodeProcess(home, builder.start());
    }

    /** Waits within snapshots while the gate is closed. */
    static NodeProcess start(Path home, Path log, SnapshotGate gate) throws IOException {
        ProcessBuilder builder = builder(System.getProperty("java.class.path"), log);
        builder.command().add(gate.folder().toString());
        return new NodeProcess(home, builder.start());
    }

    /**
     * The first makes the archive when it is ended by {@link #end}; those that start when it is made use it, and so do their guards. All
     * wait within snapshots while the gate is closed.
     */
    static NodeProcess start(Path home, Path log, ArchivedClasses classes, SnapshotGate gate) throws IOException {
        ProcessBuilder builder = builder(classes.classPath(), log);
        builder.command().add(gate.folder().toString());
        if (classes.isMade()) {
            builder.environment().put("JAVA_TOOL_OPTIONS", classes.using());
        } else {
            builder.command().add(1, classes.making());
        }
        return new NodeProcess(home, builder.start());
    }

    private static ProcessBuilder builder(String classPath, Path log) {
        return new ProcessBuilder(new ArrayList<>(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        classPath,
                        NodeProcess.class.getName())))
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    }

    Said run(String... command) throws IOException {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of("--home", home.toString()));
        requests.println(JSON.writeValueAsString(all));
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException("the node's process has ended");
        }
        JsonNode said = JSON.readTree(answer);
        return new Said(
                said.path("code").asInt(),
                said.path("out").asText(),
                said.path("err").asText(),
                String.join(" ", command));
    }

    /** Ended well; else the transcripts are told. */
    Said done(String... command) throws IOException {
        Said said = run(command);
        if (said.code() != 0) {
            StringBuilder told = new StringBuilder();
            for (JsonNode job : run("lsjob", "--json").json()) {
                told.append(run("catxcr", job.path("name").asText()).out()).append('\n');
            }
            throw new AssertionError(said + "\n" + told);
        }
        return said;
    }

    long pid() {
        return process.pid();
    }

    /** Lets it end by itself. */
    void end() throws IOException, InterruptedException {
        requests.close();
        if (!process.waitFor(Site.PATIENT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("the node's process doesn't end");
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /**
     * The process's own program.
     *
     * @param arguments the folder of the gate, if there is one; or {@link #BY_CLOCK} and a clock
     */
    public static void main(String[] arguments) throws IOException {
        boolean byClock = arguments.length == 2 && arguments[0].equals(BY_CLOCK);
        Clock clock = byClock ? new SkippingClock(Path.of(arguments[1])) : Clock.systemUTC();
        Posix posix = byClock || arguments.length == 0
                ? new LinuxPosix()
                : new SnapshotGate(Path.of(arguments[0])).guarding();
        PrintStream answers = System.out;
        System.setOut(System.err);
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            List<String> command = new ArrayList<>();
            JSON.readTree(line).forEach(each -> command.add(each.asText()));
            Said said = CommandLineInProcess.run(command, posix, clock);
            answers.println(JSON.writeValueAsString(Map.of("code", said.code(), "out", said.out(), "err", said.err())));
            answers.flush();
        }
        // daemons of a node may still run
        System.exit(0);
    }
}
