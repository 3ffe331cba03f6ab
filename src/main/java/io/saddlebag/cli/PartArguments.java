package io.saddlebag.cli;

import io.saddlebag.auxiliary.BlockRequest;
import io.saddlebag.auxiliary.DatabaseRecoveries;
import io.saddlebag.auxiliary.DatabaseRequest;
import io.saddlebag.node.Node;
import io.saddlebag.rollforward.RecoverPlan;
import io.saddlebag.rollforward.RecoverRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which part of a database is recovered, through an auxiliary instance (R8); none for all of it. */
final class PartArguments {
    @Option(
            names = "--database",
            paramLabel = "NAME",
            description =
                    "Only this database of the cluster: it is recovered beside the original, which runs on, and taken from there.")
    @Nullable
    String database;

    @Option(
            names = "--as",
            paramLabel = "NEWNAME",
            description =
                    "With --database: under this name. Without, it takes the place of what has its name, which is kept as"
                            + " NAME_before_TIME.")
    @Nullable
    String as;

    @Option(
            names = "--block",
            paramLabel = "FILE:N[,N..]",
            description =
                    "Only these blocks, by the names that the engine's messages give them, e.g. base/16384/16385:7. The database"
                            + " is stopped for it. May be given several times.")
    List<String> blocks = List.of();

    @Option(
            names = "--tablespace",
            hidden = true,
            paramLabel = "NAME",
            description = "Says why a tablespace can't be recovered alone.")
    @Nullable
    String tablespace;

    @Option(
            names = "--scratch",
            paramLabel = "DIR",
            description =
                    "Have the auxiliary instance made in a folder of its own in this one; needs room for the whole database.")
    @Nullable
    Path scratch;

    boolean isGiven() {
        boolean block = !blocks.isEmpty();
        if (database != null && block) {
            throw new IllegalArgumentException("--database and --block are two things: give one of them");
        }
        if (database == null && (as != null || (scratch != null && !block))) {
            throw new IllegalArgumentException(
                    "--as and --scratch say how a part is recovered: give --database or --block, too");
        }
        return database != null || block || tablespace != null;
    }

    int run(Node node, RecoverRequest whole, boolean dryRun, JobReporter reporter, Consumer<RecoverPlan> plan)
            throws IOException, InterruptedException {
        String folder = tablespace;
        if (folder != null) {
            throw DatabaseRecoveries.tablespaceAlone(folder);
        }
        Path place = scratch == null ? null : scratch.toAbsolutePath();
        String name = database;
        if (name == null) {
            BlockRequest request = new BlockRequest(whole, blocks, place);
            if (dryRun) {
                plan.accept(node.blockRecoveries().plan(request));
                return ExitCode.OK;
            }
            return reporter.report(List.of(node.blockRecoveries().recover(request)));
        }
        DatabaseRequest request = new DatabaseRequest(whole, name, as, place);
        if (dryRun) {
            plan.accept(node.databaseRecoveries().plan(request));
            return ExitCode.OK;
        }
        return reporter.report(List.of(node.databaseRecoveries().recover(request)));
    }
}
