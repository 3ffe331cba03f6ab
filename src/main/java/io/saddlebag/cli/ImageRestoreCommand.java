package io.saddlebag.cli;

import io.saddlebag.node.Node;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.restore.VolumePlan;
import io.saddlebag.restore.VolumeRequest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        description = "Restore a disk to a device or a file: the full image, then what has changed.")
final class ImageRestoreCommand implements Callable<Integer> {
    @ParentCommand
    @Nullable
    ImageCommand parent;

    @Parameters(paramLabel = "BACKUP", description = "A name, for its newest backup, or an id from 'saddlebag lsbu'.")
    String backup = "";

    @Option(
            names = "--to",
            required = true,
            paramLabel = "TARGET",
            description = "A block device that nobody uses and that is large enough, or a file.")
    Path to = Path.of("");

    @Option(
            names = "--disk",
            paramLabel = "PATH",
            description = "Which of the backup's disks, as its path was at the backup; needed when it has several.")
    @Nullable
    String disk;

    @Option(names = "--overwrite", description = "Put the disk in the place of what the target holds.")
    boolean overwrite;

    @Option(
            names = "--as-of",
            paramLabel = "TIME",
            description = "The newest backup up to then, e.g. 2026-01-31T12:00:00Z.")
    @Nullable
    Instant asOf;

    @Mixin
    PromptArgument prompt = new PromptArgument();

    @Option(names = "--dry-run", description = "Print the plan and change nothing.")
    boolean dryRun;

    @Override
    public Integer call() throws Exception {
        return Objects.requireNonNull(parent).work(null, this::run);
    }

    private int run(Node node, Output output) throws Exception {
        SaddlebagCommand root = Objects.requireNonNull(parent).root();
        var request = new VolumeRequest(
                RestoreCommand.selector(backup, asOf),
                disk,
                to.toAbsolutePath(),
                overwrite ? VolumeRequest.Occupied.OVERWRITE : VolumeRequest.Occupied.REFUSE,
                root.surroundings().user(),
                prompt.prompt());
        if (dryRun) {
            print(node.volumeRestores().plan(request), output, root.json);
            return ExitCode.OK;
        }
        return new JobReporter(output, root.json).report(node.volumeRestores().restore(request));
    }

    private static void print(VolumePlan plan, Output output, boolean json) {
        if (json) {
            output.json(plan.steps().stream().map(StepView::of).toList());
            return;
        }
        output.line("This would be restored to " + plan.request().target() + ", " + ByteCount.of(plan.sizeBytes())
                + "; nothing was changed:");
        output.table(
                List.of("BACKUP", "NAME", "AT", "DISK", "IMAGE", "SIZE"),
                plan.steps().stream()
                        .map(StepView::of)
                        .map(step -> List.of(
                                Long.toString(step.backup()),
                                step.name(),
                                step.at().toString(),
                                step.disk(),
                                step.image(),
                                ByteCount.of(step.bytes()).toString()))
                        .toList());
    }

    /** An image as JSON shows it. Names are stable. */
    record StepView(long backup, String name, Instant at, String disk, String image, long bytes) {
        static StepView of(VolumePlan.Step step) {
            return new StepView(
                    step.backup().id().value(),
                    step.backup().about().name(),
                    step.backup().about().at(),
                    step.volume().source(),
                    step.volume().fileName(),
                    step.volume().sizeBytes());
        }
    }
}
