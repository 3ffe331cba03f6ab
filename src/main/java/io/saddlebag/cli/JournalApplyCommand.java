package io.saddlebag.cli;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.journal.JournalId;
import io.saddlebag.journal.JournalReplay;
import io.saddlebag.node.Node;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "apply",
        mixinStandardHelpOptions = true,
        description =
                "Apply the journals in pools to a restored database file that nobody has open: SQLite's. Refused when"
                        + " one is missing in between.",
        footerHeading = "%nExample:%n",
        footer = "  saddlebag journal apply log /restored/ledger.db --first 4")
final class JournalApplyCommand implements Callable<Integer> {
    @ParentCommand
    @Nullable
    JournalCommand parent;

    @Parameters(index = "0", paramLabel = "NAME", description = "Of the journals, in config/saddlebag.yaml.")
    String name = "";

    @Parameters(index = "1", paramLabel = "FILE", description = "The restored file.")
    Path file = Path.of("");

    @Option(
            names = "--first",
            paramLabel = "SEQUENCE",
            description = "The journal to begin with, not behind the backup; else the first one behind the last gap.")
    @Nullable
    Long first;

    @Option(names = "--last", paramLabel = "SEQUENCE", description = "The journal to end with; else the newest.")
    @Nullable
    Long last;

    @Option(
            names = "--up-to-backup",
            paramLabel = "BACKUP",
            description = "End with what this backup of the journals holds; else with the newest.")
    @Nullable
    String upTo;

    @Override
    public Integer call() throws Exception {
        SaddlebagCommand root = Objects.requireNonNull(parent).root();
        try (Node node = root.surroundings().nodes().open(root.homeFolder(), Surroundings.Purpose.LOOK)) {
            List<JournalId> applied = node.journalReplay()
                    .run(
                            new JournalReplay.Order(
                                    name,
                                    file.toAbsolutePath(),
                                    first,
                                    last,
                                    upTo == null ? null : BackupId.parse(upTo)),
                            line -> root.surroundings().err().println(line));
            root.output()
                    .line("applied journals " + applied.get(0) + " to " + applied.get(applied.size() - 1) + " to "
                            + file);
        }
        return ExitCode.OK;
    }
}
