package io.saddlebag.cli;

import io.saddlebag.backup.OfflineBackup;
import io.saddlebag.backup.SourceOptions;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.image.Compression;
import io.saddlebag.job.Job;
import io.saddlebag.job.Overlap;
import io.saddlebag.node.Node;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "backup",
        mixinStandardHelpOptions = true,
        description = "Back up a database now: stop, snapshot, start, image.",
        footerHeading = "%nExample:%n",
        footer = "  saddlebag backup orders --library vault --family nightly")
final class BackupCommand extends NodeCommand {
    @Parameters(paramLabel = "DATABASE", description = "Its name in config/saddlebag.yaml.")
    String database = "";

    @Option(names = "--library", required = true, description = "The library whose volumes are written.")
    String library = "";

    @Option(names = "--family", description = "The media family of the volumes.")
    @Nullable
    String family;

    @ArgGroup(exclusive = false, heading = "%nOn tape; most need --format=new_tape:%n")
    TapeArguments tape = new TapeArguments();

    @Option(
            names = "--provider",
            defaultValue = "auto",
            description = "Snapshot provider: auto, btrfs, reflink, freeze, none. Default: ${DEFAULT-VALUE}.")
    String provider = "auto";

    @Option(names = "--compression", defaultValue = "zstd", description = "none, zstd, zstd=1 .. zstd=19.")
    String compression = "zstd";

    @Option(names = "--wait", description = "When the same task runs already, wait for it instead of being skipped.")
    boolean wait;

    @Override
    Surroundings.Purpose purpose() {
        return Surroundings.Purpose.WORK;
    }

    @Override
    String watchedTask() {
        return "backup " + database;
    }

    @Override
    int run(Node node, Output output) throws Exception {
        SourceOptions source = new SourceOptions(Compression.parse(compression));
        DatabaseAdapter adapter = node.database(database);
        var order = new OfflineBackup.Order(
                database,
                user(),
                wait ? Overlap.WAIT : Overlap.SKIP,
                adapter,
                node.stopOptions(database),
                paths -> node.snapshots(provider, paths),
                source,
                node.target(library, family, tape.options()));
        Optional<Job> job = new OfflineBackup(node.backups()).run(order);
        if (job.isEmpty()) {
            root().surroundings()
                    .err()
                    .println("skipped: a backup of " + database + " runs already; see 'saddlebag lsjob'");
            return ExitCode.SKIPPED;
        }
        return new JobReporter(output, json()).report(List.of(job.get()));
    }
}
