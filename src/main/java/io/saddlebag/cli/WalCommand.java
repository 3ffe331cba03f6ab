package io.saddlebag.cli;

import io.saddlebag.node.Node;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** What PostgreSQL calls by itself (J25). */
@Command(
        name = "wal",
        mixinStandardHelpOptions = true,
        exitCodeOnInvalidInput = WalCommand.COULD_NOT_TELL,
        subcommands = WalCommand.Fetch.class,
        description = "Commands for PostgreSQL's own configuration.")
final class WalCommand implements Callable<Integer> {
    /** A server that gets more than 125 stops, rather than take it for the end of the journals. */
    static final int COULD_NOT_TELL = 130;

    /** There is no such file. */
    static final int NONE = 1;

    @ParentCommand
    @Nullable
    SaddlebagCommand parent;

    @Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() {
        throw new CommandLine.ParameterException(
                Objects.requireNonNull(spec).commandLine(), "which operation? See 'saddlebag wal --help'.");
    }

    @Command(
            name = "fetch",
            mixinStandardHelpOptions = true,
            exitCodeOnInvalidInput = COULD_NOT_TELL,
            description =
                    "For restore_command: writes a segment or a timeline's history to a file. Ends with 0 when it did, with 1"
                            + " when there is none of that name, and with 130 when that could not be told, so that the server"
                            + " stops instead of ending its recovery there.",
            footerHeading = "%nExample:%n",
            footer = "  restore_command = 'saddlebag wal fetch orders %%f \"%%p\" --home /srv/saddlebag'")
    static final class Fetch implements Callable<Integer> {
        @ParentCommand
        @Nullable
        WalCommand parent;

        @Parameters(index = "0", paramLabel = "NAME", description = "Of the journals, in config/saddlebag.yaml.")
        String name = "";

        @Parameters(index = "1", paramLabel = "FILE", description = "What is wanted: %%f.")
        String file = "";

        @Parameters(index = "2", paramLabel = "PATH", description = "Where it is to go: %%p.")
        Path path = Path.of("");

        @Option(
                names = "--absent",
                paramLabel = "CODE",
                defaultValue = "1",
                description =
                        "Ends with this one when there is none, for scripts that must tell it from a Java that didn't"
                                + " start. Default: ${DEFAULT-VALUE}.")
        int absent = NONE;

        @Override
        public Integer call() {
            SaddlebagCommand root = Objects.requireNonNull(Objects.requireNonNull(parent).parent);
            try (Node node = root.surroundings().nodes().open(root.homeFolder(), Surroundings.Purpose.LOOK)) {
                if (node.journalFetch().fetch(name, file, path.toAbsolutePath())) {
                    return ExitCode.OK;
                }
                root.surroundings().err().println("there is no " + file + " of " + name);
                return absent;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return COULD_NOT_TELL;
            } catch (Exception e) {
                root.surroundings()
                        .err()
                        .println("could not tell whether there is " + file + " of " + name + ": " + e.getMessage());
                return COULD_NOT_TELL;
            }
        }
    }
}
