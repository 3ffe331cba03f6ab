package io.saddlebag.app;

import io.saddlebag.cli.SaddlebagCommand;
import io.saddlebag.cli.Surroundings;
import io.saddlebag.operator.Client;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** The command line's main class. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        Terminal terminal = new Terminal(System.in);
        Client client = terminal.client();
        Surroundings surroundings = new Surroundings(
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                terminal,
                System.getProperty("user.name", "nobody"),
                (home, purpose) -> purpose == Surroundings.Purpose.WORK
                        ? new NodeLauncher(client).start(home)
                        : LocalNode.open(home, client),
                new RouteService(),
                new SelfChecks(),
                new DirectFiles(),
                new StandardPipes());
        System.exit(SaddlebagCommand.run(surroundings, arguments));
    }
}
