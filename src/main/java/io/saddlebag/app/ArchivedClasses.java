package io.saddlebag.app;

import io.saddlebag.cli.SaddlebagCommand;
import io.saddlebag.cli.Surroundings;
import io.saddlebag.operator.Client;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Carries out commands as they are carried out every day, in a home folder of its own, so that Java has loaded the classes that they
 * need when it writes its archive of classes. Run by {@code scripts/saddlebag}.
 */
public final class ArchivedClasses {
    private static final String CONFIGURATION = """
            pools:
              disk: { folder: pool }
            libraries:
              vault:
                folder: vault
                create: { slots: 3, drives: 1, mailSlots: 1, cartridges: 1, capacity: 16MiB }
            journals:
              redo: { source: folder, folder: archive, pattern: 'redo_(?<sequence>\\d+)\\.arc', settled: 0s }
            """;

    /** Stands for a folder in the home folder. */
    private static final String RESTORED = "restored";

    private static final List<String[]> COMMANDS = List.of(
            new String[] {"--help"},
            new String[] {"journal", "backup", "redo", "--pool", "disk", "--compression", "zstd"},
            new String[] {"journal", "list", "redo"},
            new String[] {"backup", "--help"},
            new String[] {"backup", "--dataset", "files", "--pool", "disk", "--provider", "none"},
            new String[] {"lsbu"},
            new String[] {"lsbu", "--json"},
            new String[] {"lsjob"},
            new String[] {"verify", "1"},
            new String[] {"restore", "1", "--to", RESTORED});

    private ArchivedClasses() {}

    /** @param arguments a folder that isn't there yet */
    public static void main(String[] arguments) throws IOException {
        Path home = Files.createDirectories(Path.of(arguments[0]).toAbsolutePath());
        Files.createDirectories(home.resolve("config"));
        Files.writeString(home.resolve("config/saddlebag.yaml"), CONFIGURATION);
        Path datasets = Files.createDirectory(home.resolve("config/datasets"));
        Files.writeString(datasets.resolve("files.ds"), "include path " + home.resolve("archive") + "\n");
        Files.writeString(Files.createDirectory(home.resolve("archive")).resolve("redo_1.arc"), "entries");
        for (String[] command : COMMANDS) {
            List<String> all = new ArrayList<>(List.of(command));
            all.replaceAll(
                    each -> each.equals(RESTORED) ? home.resolve(RESTORED).toString() : each);
            if (!command[command.length - 1].equals("--help")) {
                all.addAll(List.of("--home", home.toString()));
            }
            SaddlebagCommand.run(surroundings(), all.toArray(String[]::new));
        }
        System.exit(0);
    }

    private static Surroundings surroundings() {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        return new Surroundings(
                nowhere,
                nowhere,
                Surroundings.Terminal.NONE,
                System.getProperty("user.name", "nobody"),
                (home, purpose) -> purpose == Surroundings.Purpose.WORK
                        ? new NodeLauncher(Client.ABSENT).start(home)
                        : LocalNode.open(home, Client.ABSENT),
                new RouteService(),
                new SelfChecks(),
                new DirectFiles(),
                new StandardPipes());
    }
}
