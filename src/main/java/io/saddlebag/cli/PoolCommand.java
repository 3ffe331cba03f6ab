package io.saddlebag.cli;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.ImageCopy;
import io.saddlebag.catalog.PooledBackup;
import io.saddlebag.node.Node;
import io.saddlebag.operator.MediaJobs;
import io.saddlebag.pool.PrunePlan;
import io.saddlebag.quantity.ByteCount;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Disk pools (M24). */
@Command(
        name = "pool",
        mixinStandardHelpOptions = true,
        description = "Look at disk pools, and let what has expired go.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  saddlebag pool ls disk",
            "  saddlebag pool copy 12 offsite",
            "  saddlebag pool prune disk             shows what would go",
            "  saddlebag pool prune disk --execute   quarantines it; deletes what a run before quarantined"
        })
final class PoolCommand implements Callable<Integer> {
    @ParentCommand
    @Nullable
    SaddlebagCommand parent;

    @Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() {
        throw new CommandLine.ParameterException(
                Objects.requireNonNull(spec).commandLine(), "which operation? See 'saddlebag pool --help'.");
    }

    @Command(
            name = "ls",
            mixinStandardHelpOptions = true,
            description = "List the images of a pool that the catalog knows, and how far their removal is.")
    int list(@Parameters(paramLabel = "POOL") String pool) throws Exception {
        SaddlebagCommand root = Objects.requireNonNull(parent);
        try (Node node = root.surroundings().nodes().open(root.homeFolder(), Surroundings.Purpose.LOOK)) {
            List<View> all = node.pooled(pool).stream().map(View::of).toList();
            if (root.json) {
                root.output().json(all);
            } else {
                root.output()
                        .table(
                                List.of("BACKUP", "NAME", "STAGE", "EXPIRES", "STORED", "FILES"),
                                all.stream().map(View::row).toList());
            }
        }
        return ExitCode.OK;
    }

    @Command(
            name = "copy",
            mixinStandardHelpOptions = true,
            description = "Copy the image of a backup into another pool, as it is stored; restores turn to it when the"
                    + " first one can't be read.")
    int copy(
            @Parameters(paramLabel = "BACKUP", description = "Its number, from 'saddlebag lsbu'.") String backup,
            @Parameters(paramLabel = "POOL") String pool)
            throws Exception {
        SaddlebagCommand root = Objects.requireNonNull(parent);
        BackupId id = BackupId.parse(backup);
        try (Node node = root.surroundings().nodes().open(root.homeFolder(), Surroundings.Purpose.WORK)) {
            ImageCopy copy = node.mediaJobs()
                    .run(
                            MediaJobs.Order.ofPool(
                                    pool, "copy " + id, root.surroundings().user()),
                            job -> node.copying().copy(id, node.pool(pool), job));
            root.output().line("copy " + copy.number() + " of backup " + id + " is " + copy.place());
        }
        return ExitCode.OK;
    }

    @Command(
            name = "prune",
            mixinStandardHelpOptions = true,
            description =
                    "Show which expired images would go. With --execute they are no backups any more, and their files"
                            + " go into quarantine; those that an earlier run put there, and that nothing refers to, are deleted.")
    int prune(
            @Parameters(paramLabel = "POOL") String pool,
            @Option(names = "--execute", description = "Do it; else it is only shown.") boolean execute)
            throws Exception {
        SaddlebagCommand root = Objects.requireNonNull(parent);
        Surroundings.Purpose purpose = execute ? Surroundings.Purpose.WORK : Surroundings.Purpose.LOOK;
        PrunePlan plan;
        try (Node node = root.surroundings().nodes().open(root.homeFolder(), purpose)) {
            plan = execute
                    ? node.mediaJobs()
                            .run(
                                    MediaJobs.Order.ofPool(
                                            pool, "prune", root.surroundings().user()),
                                    job -> node.pruning(
                                                    pool, root.surroundings().user())
                                            .carryOut(line -> job.transcript().line(line)))
                    : node.pruning(pool, root.surroundings().user()).plan();
        }
        show(root, plan, execute);
        return plan.findings().isEmpty() ? ExitCode.OK : ExitCode.FINDINGS;
    }

    private static void show(SaddlebagCommand root, PrunePlan plan, boolean done) {
        if (root.json) {
            root.output()
                    .json(new PruneView(
                            done,
                            plan.steps().stream()
                                    .map(step -> new StepView(
                                            step.action().name().toLowerCase(Locale.ROOT),
                                            step.backup().id().value(),
                                            step.backup().about().name(),
                                            step.why()))
                                    .toList(),
                            plan.findings()));
            return;
        }
        plan.steps().forEach(step -> root.output().line(step.toString()));
        plan.findings().forEach(root.surroundings().err()::println);
        boolean nothing = plan.steps().stream().allMatch(step -> step.action() == PrunePlan.Action.KEEP);
        if (nothing) {
            root.output().line("nothing is to be removed");
        } else if (!done) {
            root.output().line("nothing was changed; --execute does it");
        }
    }

    /** A plan as JSON shows it. Names are stable. */
    record PruneView(boolean done, List<StepView> steps, List<String> findings) {}

    record StepView(String action, long backup, String name, String why) {}

    /** An image as JSON shows it. Names are stable. */
    record View(
            long backup,
            String name,
            String stage,
            @Nullable String expires,
            long bytes,
            List<String> files) {
        static View of(PooledBackup each) {
            var files = each.backup().files();
            var expires = files.isEmpty() ? null : files.get(0).expires();
            return new View(
                    each.backup().id().value(),
                    each.backup().about().name(),
                    each.stage().name().toLowerCase(Locale.ROOT),
                    expires == null ? null : expires.toString(),
                    each.backup().imageBytes(),
                    files.stream().map(file -> file.path()).toList());
        }

        List<String> row() {
            return List.of(
                    Long.toString(backup),
                    name,
                    stage,
                    expires == null ? "never" : expires,
                    ByteCount.of(bytes).toString(),
                    String.join(" ", files));
        }
    }
}
