package io.saddlebag.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.cli.SaddlebagCommand;
import io.saddlebag.cli.Surroundings;
import io.saddlebag.node.Node;
import io.saddlebag.operator.Client;
import io.saddlebag.posix.Posix;
import io.saddlebag.posix.linux.LinuxPosix;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The command line with the program's own parts, without the second that a new Java takes. */
public final class CommandLineInProcess {
    private CommandLineInProcess() {}

    /** Runs a command of the node whose home folder this is. */
    public static Said run(Path home, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--home", home.toString()));
        return run(all);
    }

    /** Runs a command with somebody at its terminal, or nobody. */
    static Said run(Path home, Surroundings.Terminal terminal, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--home", home.toString()));
        return run(all, terminal, new LinuxPosix(), Clock.systemUTC());
    }

    /** Runs a command line as it is. */
    public static Said run(List<String> arguments) {
        return run(arguments, new LinuxPosix());
    }

    /** Runs a command line of a node that works with these system calls. */
    public static Said run(List<String> arguments, Posix posix) {
        return run(arguments, posix, Clock.systemUTC());
    }

    /** As the other one, by that clock. */
    public static Said run(List<String> arguments, Posix posix, Clock clock) {
        return run(arguments, Surroundings.Terminal.NONE, posix, clock);
    }

    /** Runs a command of the node between other programs: with these bytes as its input, and with its output as bytes. */
    public static Piped pipe(Path home, InputStream in, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--home", home.toString()));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Said said = run(all, Surroundings.Terminal.NONE, new LinuxPosix(), Clock.systemUTC(), pipes(in, out));
        return new Piped(said, out.toByteArray());
    }

    private static Surroundings.Pipes pipes(InputStream in, OutputStream out) {
        return new Surroundings.Pipes() {
            @Override
            public InputStream in() {
                return in;
            }

            @Override
            public OutputStream out() {
                return out;
            }
        };
    }

    /** What a command between other programs said, and what it handed on. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Piped(Said said, byte[] bytes) {}

    private static Said run(List<String> arguments, Surroundings.Terminal terminal, Posix posix, Clock clock) {
        // this process's own belong to whoever runs the tests
        return run(
                arguments,
                terminal,
                posix,
                clock,
                pipes(InputStream.nullInputStream(), OutputStream.nullOutputStream()));
    }

    private static Said run(
            List<String> arguments,
            Surroundings.Terminal terminal,
            Posix posix,
            Clock clock,
            Surroundings.Pipes pipes) {
        Client client = terminal.answers() ? Client.AT_TERMINAL : Client.ABSENT;
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Surroundings surroundings = new Surroundings(
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                terminal,
                System.getProperty("user.name", "nobody"),
                (folder, purpose) -> purpose == Surroundings.Purpose.WORK
                        ? new NodeLauncher(client, posix, clock).start(folder)
                        : LocalNode.open(folder, client, posix, clock),
                new RouteService(),
                new SelfChecks(),
                new DirectFiles(),
                pipes);
        int code = SaddlebagCommand.run(surroundings, arguments.toArray(String[]::new));
        return new Said(code, out.toString(), err.toString(), String.join(" ", arguments));
    }

    /** The node whose home folder this is, opened to look at it. */
    public static Node node(Path home) throws IOException {
        return LocalNode.open(home, Client.ABSENT);
    }

    /** What the catalog of a node has of each complete backup, oldest first. */
    public static List<Map<String, String>> facts(Path home) throws IOException {
        try (LocalNode node = LocalNode.open(home, Client.ABSENT)) {
            return node.catalog().backups(Catalog.Filter.COMPLETE).stream()
                    .map(backup -> backup.about().facts())
                    .toList();
        }
    }

    /** What the catalog of a node has of a backup's objects by their paths: type, mode and owner. */
    public static Map<String, String> objects(Path home, long backup) throws IOException {
        Map<String, String> objects = new TreeMap<>();
        try (LocalNode node = LocalNode.open(home, Client.ABSENT)) {
            node.catalog()
                    .objects(
                            new BackupId(backup),
                            "",
                            object -> objects.put(
                                    object.path(),
                                    object.type() + " " + Integer.toOctalString(object.mode()) + " " + object.uid()
                                            + ":" + object.gid()));
        }
        return objects;
    }

    /**
     * What a command said.
     *
     * @param command for messages
     */
    public record Said(int code, String out, String err, String command) {
        public JsonNode json() {
            try {
                return new ObjectMapper().readTree(out);
            } catch (JsonProcessingException e) {
                throw new AssertionError("not JSON, " + this, e);
            }
        }

        public Said ok() {
            return ends(0);
        }

        public Said ends(int expected) {
            if (code != expected) {
                throw new AssertionError("expected exit code " + expected + ", " + this);
            }
            return this;
        }

        @Override
        public String toString() {
            return "saddlebag " + command + " ended with " + code + "\n" + out + err;
        }
    }
}
