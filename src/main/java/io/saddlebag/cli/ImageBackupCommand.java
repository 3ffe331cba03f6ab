package io.saddlebag.cli;

import io.saddlebag.backup.RestartOptions;
import io.saddlebag.backup.VolumeBackup;
import io.saddlebag.backup.VolumeOptions;
import io.saddlebag.diskimage.Blocks;
import io.saddlebag.image.Compression;
import io.saddlebag.job.Job;
import io.saddlebag.job.Overlap;
import io.saddlebag.node.Node;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "backup",
        mixinStandardHelpOptions = true,
        description = "Image disks now. One that is mounted for writing is frozen for its snapshot.")
final class ImageBackupCommand implements Callable<Integer> {
    @ParentCommand
    @Nullable
    ImageCommand parent;

    @Parameters(
            paramLabel = "DISK",
            arity = "1..*",
            description = "Block devices, files that hold a disk, mount points.")
    List<Path> disks = new ArrayList<>();

    @Option(names = "--name", required = true, description = "The name under which the backup is found.")
    String name = "";

    @ArgGroup(multiplicity = "1")
    TargetArguments target = new TargetArguments();

    @Option(names = "--family", description = "The media family of the volumes or files.")
    @Nullable
    String family;

    @ArgGroup(exclusive = false, heading = "%nOn tape; most need --format=new_tape:%n")
    TapeArguments tape = new TapeArguments();

    @Option(
            names = "--level",
            defaultValue = "full",
            description = "full, incremental, or 0 to 10. Default: ${DEFAULT-VALUE}.")
    String level = "full";

    @Option(
            names = "--blocks",
            defaultValue = "auto",
            description = "Which blocks: used (by the file system), all (but holes), auto. Default: ${DEFAULT-VALUE}.")
    String blocks = "auto";

    @Option(
            names = "--provider",
            defaultValue = VolumeBackup.AUTO,
            description = "Snapshot provider: auto, freeze, btrfs, reflink, none. Default: ${DEFAULT-VALUE}.")
    String provider = VolumeBackup.AUTO;

    @Option(names = "--compression", defaultValue = "zstd", description = Compression.FORMS + ".")
    String compression = "zstd";

    @Option(
            names = "--encrypt",
            paramLabel = "KEY[,KEY]",
            defaultValue = "none",
            description = "Names of keys, each of which opens the image; see 'saddlebag key list'.")
    String encrypt = "none";

    @Option(
            names = "--no-restart",
            description = "Start over, even where an interrupted image of the same snapshot could be gone on with.")
    boolean startsOver;

    @Option(
            names = "--checkpoint-interval",
            paramLabel = "SIZE",
            defaultValue = "",
            description = "Bytes of the image between two checkpoints, at least; without it as configured.")
    String checkpointInterval = "";

    @Option(names = "--wait", description = "When the same task runs already, wait for it instead of being skipped.")
    boolean wait;

    @Override
    public Integer call() throws Exception {
        return Objects.requireNonNull(parent).work("image " + name, this::run);
    }

    private int run(Node node, Output output) throws Exception {
        SaddlebagCommand root = Objects.requireNonNull(parent).root();
        var options = new VolumeOptions(
                VolumeOptions.parseLevel(level),
                Blocks.parse(blocks),
                Compression.parse(compression),
                node.keys().encryption(encrypt),
                RestartOptions.parse(!startsOver, checkpointInterval));
        var order = new VolumeBackup.Order(
                name,
                root.surroundings().user(),
                wait ? Overlap.WAIT : Overlap.SKIP,
                disks.stream().map(Path::toAbsolutePath).toList(),
                provider,
                node::snapshots,
                node.volumeImaging(),
                options,
                target.target(node, family, tape));
        Optional<Job> job = new VolumeBackup(node.backups()).run(order);
        if (job.isEmpty()) {
            root.surroundings()
                    .err()
                    .println("skipped: an image of " + name + " is being made already; see 'saddlebag lsjob'");
            return ExitCode.SKIPPED;
        }
        return new JobReporter(output, root.json).report(List.of(job.get()));
    }
}
