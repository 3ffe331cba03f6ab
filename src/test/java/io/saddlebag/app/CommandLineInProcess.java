package io.saddlebag.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddlebag.cli.SaddlebagCommand;
import io.saddlebag.cli.Surroundings;
import io.saddlebag.operator.Client;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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
        return run(all, terminal);
    }

    /** Runs a command line as it is. */
    public static Said run(List<String> arguments) {
        return run(arguments, Surroundings.Terminal.NONE);
    }

    private static Said run(List<String> arguments, Surroundings.Terminal terminal) {
        Client client = terminal.answers() ? Client.AT_TERMINAL : Client.ABSENT;
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Surroundings surroundings = new Surroundings(
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                terminal,
                System.getProperty("user.name", "nobody"),
                (folder, purpose) -> purpose == Surroundings.Purpose.WORK
                        ? new NodeLauncher(client).start(folder)
                        : LocalNode.open(folder, client),
                new RouteService(),
                new SelfChecks(),
                new DirectFiles());
        int code = SaddlebagCommand.run(surroundings, arguments.toArray(String[]::new));
        return new Said(code, out.toString(), err.toString(), String.join(" ", arguments));
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
