package io.saddlebag.cli;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.journal.ChainBreaking;
import io.saddlebag.journal.JournalPiece;
import io.saddlebag.node.Node;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Journals and their chains (J). */
@Command(
        name = "journal",
        mixinStandardHelpOptions = true,
        subcommands = {JournalBackupCommand.class, JournalStreamCommand.class, JournalApplyCommand.class},
        description = "Back up journals, and look at the chains that recoveries apply.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  saddlebag journal backup orders --pool disk",
            "  saddlebag journal backup orders --pool disk --continuous --interval 300 --until 16:15",
            "  saddlebag journal list orders"
        })
final class JournalCommand implements Callable<Integer> {
    @ParentCommand
    @Nullable
    SaddlebagCommand parent;

    @Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() {
        throw new CommandLine.ParameterException(
                Objects.requireNonNull(spec).commandLine(), "which operation? See 'saddlebag journal --help'.");
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "List the journals of a source that are backed up, and the gaps between them.")
    int list(@Parameters(paramLabel = "NAME") String name) throws Exception {
        SaddlebagCommand root = root();
        try (Node node = root.surroundings().nodes().open(root.homeFolder(), Surroundings.Purpose.LOOK)) {
            node.journals().source(name);
            List<View> all = node.journals().services().chain().pieces(name).stream()
                    .map(View::of)
                    .toList();
            if (root.json) {
                root.output().json(all);
            } else {
                root.output()
                        .table(
                                List.of("INCARNATION", "SEQUENCE", "STATE", "BYTES", "BACKUP", "NAME"),
                                all.stream().map(View::row).toList());
            }
        }
        return ExitCode.OK;
    }

    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            description =
                    "Give up a backup file of journals. Refused, since no recovery goes past its journals without it, unless"
                            + " --break-chain is given; then make a full backup at once.")
    int delete(
            @Parameters(paramLabel = "NAME") String name,
            @Parameters(paramLabel = "BACKUP") String backup,
            @Option(names = "--break-chain", description = "Break the chain.") boolean consent)
            throws Exception {
        SaddlebagCommand root = root();
        try (Node node = root.surroundings().nodes().open(root.homeFolder(), Surroundings.Purpose.WORK)) {
            List<JournalPiece> lost = node.chainBreaking(
                            (message, text) -> root.surroundings().err().println(message + ", " + text))
                    .delete(
                            name,
                            BackupId.parse(backup),
                            consent ? ChainBreaking.Consent.BREAK_CHAIN : ChainBreaking.Consent.NONE);
            root.output().line(lost.size() + " journals were given up; 'saddlebag pool prune' removes their files");
        }
        return ExitCode.OK;
    }

    SaddlebagCommand root() {
        return Objects.requireNonNull(parent);
    }

    record View(
            long incarnation,
            long sequence,
            long from,
            String state,
            long bytes,
            @Nullable Long backup,
            String name,
            @Nullable String sha256,
            boolean dependent) {
        static View of(JournalPiece piece) {
            var backup = piece.backup();
            return new View(
                    piece.id().incarnation(),
                    piece.id().sequence(),
                    piece.from(),
                    piece.state().name().toLowerCase(java.util.Locale.ROOT),
                    piece.bytes(),
                    backup == null ? null : backup.value(),
                    piece.name(),
                    piece.sha256(),
                    piece.dependent());
        }

        List<String> row() {
            return List.of(
                    Long.toString(incarnation),
                    Long.toString(sequence),
                    state,
                    Long.toString(bytes),
                    backup == null ? "-" : backup.toString(),
                    name);
        }
    }
}
