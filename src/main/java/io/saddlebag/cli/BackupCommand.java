package io.saddlebag.cli;

import io.saddlebag.backup.DatasetBackup;
import io.saddlebag.backup.ImageTarget;
import io.saddlebag.backup.OfflineBackup;
import io.saddlebag.backup.OnlineBackup;
import io.saddlebag.backup.RestartOptions;
import io.saddlebag.backup.SourceOptions;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.DatabaseStream;
import io.saddlebag.image.Compression;
import io.saddlebag.job.Job;
import io.saddlebag.job.Overlap;
import io.saddlebag.level.BackupLevel;
import io.saddlebag.node.Node;
import io.saddlebag.recoverability.RecoveryLimit;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "backup",
        mixinStandardHelpOptions = true,
        description =
                "Back up a database now, stopped for a moment (stop, snapshot, start, image) or running (begin backup, snapshot,"
                        + " end backup, image), or the files of a dataset (snapshot, image).",
        footerHeading = "%nExamples:%n",
        footer = {
            "  saddlebag backup orders --library vault --family nightly",
            "  saddlebag backup orders --online --pool disk --family nightly",
            "  saddlebag backup --dataset home --library vault --family weekly"
        })
final class BackupCommand extends NodeCommand {
    @ArgGroup(multiplicity = "1")
    Source source = new Source();

    static final class Source {
        @Parameters(paramLabel = "DATABASE", description = "Its name in config/saddlebag.yaml.")
        @Nullable
        String database;

        @Option(
                names = "--dataset",
                paramLabel = "NAME",
                description = "A dataset file, or folder of them, in config/datasets.")
        @Nullable
        String dataset;

        String name() {
            return Objects.requireNonNull(database == null ? dataset : database);
        }
    }

    @ArgGroup(multiplicity = "0..1")
    Running running = new Running();

    static final class Running {
        @Option(
                names = "--online",
                description = "The database runs on, in backup mode; it has to keep its journals (archive mode).")
        boolean online;

        @Option(
                names = "--crash-consistent",
                description =
                        "The database runs on and knows nothing of it: a snapshot of one instant, as after a power failure.")
        boolean crashConsistent;
    }

    @ArgGroup(multiplicity = "1")
    TargetArguments target = new TargetArguments();

    @Option(names = "--family", description = "The media family of the volumes or files.")
    @Nullable
    String family;

    @ArgGroup(exclusive = false, heading = "%nOn tape; most need --format=new_tape:%n")
    TapeArguments tape = new TapeArguments();

    @Option(
            names = "--provider",
            defaultValue = "auto",
            description =
                    "Snapshot provider: auto, btrfs, reflink, freeze, none; with --online also stream: there is no snapshot, the"
                            + " server sends a copy of itself (PostgreSQL). Default: ${DEFAULT-VALUE}.")
    String provider = "auto";

    @Option(names = "--compression", defaultValue = "zstd", description = Compression.FORMS + ".")
    String compression = "zstd";

    @Option(
            names = "--level",
            defaultValue = "0",
            description =
                    "Of a dataset, and with --provider stream: 0 or full; 1 to 9, what changed since the newest backup of a lower level; 10 or"
                            + " incremental, since the newest of any; offsite. Default: ${DEFAULT-VALUE}.")
    String level = "0";

    @Option(
            names = "--encrypt",
            paramLabel = "KEY[,KEY]",
            defaultValue = "none",
            description = "Names of keys, each of which opens the image; see 'saddlebag key list'.")
    String encrypt = "none";

    @Option(
            names = "--no-restart",
            description = "Start over, even where an interrupted backup of the dataset could be gone on with.")
    boolean startsOver;

    @Option(
            names = "--checkpoint-interval",
            paramLabel = "SIZE",
            defaultValue = "",
            description = "Bytes of a dataset's image between two checkpoints, at least; without it as configured.")
    String checkpointInterval = "";

    @Option(names = "--wait", description = "When the same task runs already, wait for it instead of being skipped.")
    boolean wait;

    @Override
    Surroundings.Purpose purpose() {
        return Surroundings.Purpose.WORK;
    }

    @Override
    String watchedTask() {
        return "backup " + source.name();
    }

    @Override
    int run(Node node, Output output) throws Exception {
        SourceOptions options = new SourceOptions(
                Compression.parse(compression),
                node.keys().encryption(encrypt),
                BackupLevel.parse(level),
                RestartOptions.parse(!startsOver, checkpointInterval));
        Overlap overlap = wait ? Overlap.WAIT : Overlap.SKIP;
        if (source.dataset != null && (running.online || running.crashConsistent)) {
            throw new CommandLine.ParameterException(
                    new CommandLine(this), "--online and --crash-consistent are for databases, not for datasets");
        }
        if (provider.equals(DatabaseStream.METHOD) && !running.online) {
            throw new CommandLine.ParameterException(
                    new CommandLine(this), "--provider stream is for databases that run: add --online");
        }
        ImageTarget to = target.target(node, family, tape);
        Optional<Job> job = source.dataset == null
                ? database(node, source.name(), overlap, options, to)
                : node.datasetBackup()
                        .run(new DatasetBackup.Order(
                                source.dataset,
                                user(),
                                overlap,
                                paths -> node.snapshots(provider, paths),
                                options,
                                to));
        if (job.isEmpty()) {
            root().surroundings()
                    .err()
                    .println("skipped: a backup of " + source.name() + " runs already; see 'saddlebag lsjob'");
            return ExitCode.SKIPPED;
        }
        int code = new JobReporter(output, json()).report(List.of(job.get()));
        if (source.dataset == null) {
            tellLimits(node, source.name());
        }
        return code;
    }

    private OnlineBackup.Part part() {
        if (!running.online) {
            return OnlineBackup.Part.NONE;
        }
        return provider.equals(DatabaseStream.METHOD) ? OnlineBackup.Part.STREAM : OnlineBackup.Part.WRITER;
    }

    /** Before anybody relies on it (J23). */
    private void tellLimits(Node node, String database) throws IOException {
        for (RecoveryLimit limit : node.recoverability().limits(database)) {
            root().surroundings().err().println("if " + database + " failed now, this would be lost: " + limit.lost());
            limit.warnings().forEach(each -> root().surroundings().err().println("WARNING " + each));
        }
    }

    private Optional<Job> database(Node node, String database, Overlap overlap, SourceOptions options, ImageTarget to)
            throws IOException, InterruptedException {
        DatabaseAdapter adapter = node.database(database);
        if (running.online || running.crashConsistent) {
            return new OnlineBackup(node.backups())
                    .run(new OnlineBackup.Order(
                            database,
                            user(),
                            overlap,
                            adapter,
                            part(),
                            node.onlineOptions(database),
                            (paths, least) -> node.snapshots(provider, paths, least),
                            options,
                            to));
        }
        return new OfflineBackup(node.backups())
                .run(new OfflineBackup.Order(
                        database,
                        user(),
                        overlap,
                        adapter,
                        node.stopOptions(database),
                        paths -> node.snapshots(provider, paths),
                        options,
                        to));
    }
}
