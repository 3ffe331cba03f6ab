package io.saddlebag.cli;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.database.JournalServer;
import io.saddlebag.journal.JournalId;
import io.saddlebag.journal.JournalReplay;
import io.saddlebag.node.Node;
import java.nio.file.Path;
import java.time.Instant;
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
                "Apply the journals that are backed up to a restored database file that nobody has open: SQLite's. Refused when"
                        + " one is missing in between.",
        footerHeading = "%nExample:%n",
        footer = {
            "  saddlebag journal apply log /restored/ledger.db --first 4",
            "  saddlebag journal apply binlogs /srv/replay --first 41 --from-position 4711 --until-time 2026-07-01T14:15:00Z"
        })
final class JournalApplyCommand implements Callable<Integer> {
    @ParentCommand
    @Nullable
    JournalCommand parent;

    @Parameters(index = "0", paramLabel = "NAME", description = "Of the journals, in config/saddlebag.yaml.")
    String name = "";

    @Parameters(
            index = "1",
            paramLabel = "PLACE",
            description = "The restored file; for a server, a folder for its journals meanwhile.")
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

    @Option(
            names = "--from-position",
            paramLabel = "POSITION",
            defaultValue = "0",
            description = "Of a server: where in the first journal to begin; else at its beginning.")
    long fromPosition;

    @Option(
            names = "--until-time",
            paramLabel = "INSTANT",
            description = "Of a server: end with what was done in that second, e.g. 2026-07-01T14:15:00Z.")
    @Nullable
    Instant untilTime;

    @Option(
            names = "--until-position",
            paramLabel = "POSITION",
            defaultValue = "0",
            description = "Of a server: where in the last journal to end; else at its end.")
    long untilPosition;

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
                                    upTo == null ? null : BackupId.parse(upTo),
                                    new JournalServer.Stretch(fromPosition, untilTime, untilPosition)),
                            line -> root.surroundings().err().println(line));
            root.output()
                    .line("applied journals " + applied.get(0) + " to " + applied.get(applied.size() - 1) + " to "
                            + file);
        }
        return ExitCode.OK;
    }
}
