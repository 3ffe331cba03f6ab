package io.saddlebag.cli;

import io.saddlebag.backup.GroupBackup;
import io.saddlebag.backup.SourceOptions;
import io.saddlebag.group.RecoveryPoint;
import io.saddlebag.image.Compression;
import io.saddlebag.job.Job;
import io.saddlebag.job.Overlap;
import io.saddlebag.node.Node;
import io.saddlebag.restore.GroupRequest;
import io.saddlebag.restore.RecoveryPoints;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Databases and file trees at one recovery point (W23). */
@Command(
        name = "group",
        mixinStandardHelpOptions = true,
        description = "Back up and restore several databases and file trees at one recovery point.",
        subcommands = {GroupCommand.Backup.class, GroupCommand.Restore.class, GroupCommand.Ls.class},
        footerHeading = "%nExamples:%n",
        footer = {
            "  saddlebag group backup shopfront --pool disk --family nightly",
            "  saddlebag group backup shopfront --online --pool disk --family nightly",
            "  saddlebag group ls",
            "  saddlebag group restore shopfront"
        })
final class GroupCommand implements Callable<Integer> {
    @ParentCommand
    @Nullable
    SaddlebagCommand parent;

    @Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() {
        throw new CommandLine.ParameterException(
                Objects.requireNonNull(spec).commandLine(), "which operation? See 'saddlebag group --help'.");
    }

    private SaddlebagCommand root() {
        return Objects.requireNonNull(parent);
    }

    /** What is done with an open node. */
    private interface Work {
        /** @return an {@link ExitCode} */
        int with(Node node, Output output) throws Exception;
    }

    /** @param watched the task whose progress is shown; null for none, and for only looking */
    private int work(@Nullable String watched, Work work) throws Exception {
        SaddlebagCommand root = root();
        Surroundings.Purpose purpose = watched == null ? Surroundings.Purpose.LOOK : Surroundings.Purpose.WORK;
        try (Node node = root.surroundings().nodes().open(root.homeFolder(), purpose)) {
            if (watched == null) {
                return work.with(node, root.output());
            }
            try (JobWatch watch = JobWatch.of(node, root.surroundings(), watched)) {
                watch.begin();
                return work.with(node, root.output());
            }
        }
    }

    @Command(
            name = "backup",
            mixinStandardHelpOptions = true,
            description =
                    "Stop the group's databases in their order, take one snapshot, start them in the reverse order, and"
                            + " write an image of each member. With --online they run on, and are frozen for the snapshot.")
    static final class Backup implements Callable<Integer> {
        @ParentCommand
        @Nullable
        GroupCommand group;

        @Parameters(paramLabel = "GROUP", description = "Its name in config/saddlebag.yaml.")
        String name = "";

        @Option(
                names = "--online",
                description = "The databases run on, in backup mode, and are frozen together for the snapshot;"
                        + " those that the group names as stopped are stopped.")
        boolean online;

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
                description = "Snapshot provider: auto, btrfs, reflink, freeze, none. Default: ${DEFAULT-VALUE}.")
        String provider = "auto";

        @Option(names = "--compression", defaultValue = "zstd", description = Compression.FORMS + ".")
        String compression = "zstd";

        @Option(
                names = "--encrypt",
                paramLabel = "KEY[,KEY]",
                defaultValue = "none",
                description = "Names of keys, each of which opens the images; see 'saddlebag key list'.")
        String encrypt = "none";

        @Option(
                names = "--wait",
                description = "When the same task runs already, wait for it instead of being skipped.")
        boolean wait;

        @Override
        public Integer call() throws Exception {
            return Objects.requireNonNull(group).work("backup group " + name, this::run);
        }

        private int run(Node node, Output output) throws Exception {
            SaddlebagCommand root = Objects.requireNonNull(group).root();
            Optional<Job> job = new GroupBackup(node.backups())
                    .run(node.groupOrder(
                            name,
                            root.surroundings().user(),
                            wait ? Overlap.WAIT : Overlap.SKIP,
                            online ? GroupBackup.Manner.ONLINE : GroupBackup.Manner.STOPPED,
                            (paths, least) -> node.snapshots(provider, paths, least),
                            new SourceOptions(
                                    Compression.parse(compression), node.keys().encryption(encrypt)),
                            target.target(node, family, tape)));
            if (job.isEmpty()) {
                root.surroundings()
                        .err()
                        .println("skipped: a backup of group " + name + " runs already; see 'saddlebag lsjob'");
                return ExitCode.SKIPPED;
            }
            return new JobReporter(output, root.json).report(List.of(job.get()));
        }
    }

    @Command(
            name = "restore",
            mixinStandardHelpOptions = true,
            description = "Restore all members of a group to their places, as they were at one recovery point.")
    static final class Restore implements Callable<Integer> {
        @ParentCommand
        @Nullable
        GroupCommand group;

        @Parameters(paramLabel = "GROUP", description = "The group's name.")
        String name = "";

        @Option(
                names = "--point",
                paramLabel = "ID",
                description = "The recovery point, from 'saddlebag group ls'; the newest whole one else.")
        @Nullable
        String point;

        @Option(
                names = "--as-of",
                paramLabel = "TIME",
                description = "The newest whole recovery point up to then, e.g. 2026-01-31T12:00:00Z.")
        @Nullable
        Instant asOf;

        @Mixin
        PromptArgument prompt = new PromptArgument();

        @Override
        public Integer call() throws Exception {
            return Objects.requireNonNull(group).work("restore group " + name, this::run);
        }

        private int run(Node node, Output output) throws Exception {
            SaddlebagCommand root = Objects.requireNonNull(group).root();
            return new JobReporter(output, root.json)
                    .report(node.restores()
                            .restoreGroup(new GroupRequest(
                                    name, point, asOf, root.surroundings().user(), prompt.prompt())));
        }
    }

    @Command(
            name = "ls",
            mixinStandardHelpOptions = true,
            description = "List recovery points of groups, the oldest first, and what they lack.")
    static final class Ls implements Callable<Integer> {
        @ParentCommand
        @Nullable
        GroupCommand group;

        @Parameters(paramLabel = "GROUP", arity = "0..1", description = "Only those of that group.")
        @Nullable
        String name;

        @Override
        public Integer call() throws Exception {
            return Objects.requireNonNull(group).work(null, this::run);
        }

        private int run(Node node, Output output) throws IOException {
            Set<String> names = new TreeSet<>(name == null ? node.groups().keySet() : Set.of(name));
            List<View> views = new ArrayList<>();
            for (String each : names) {
                new RecoveryPoints(node.catalog()).of(each).forEach(found -> views.add(View.of(found)));
            }
            if (Objects.requireNonNull(group).root().json) {
                output.json(views);
            } else {
                output.table(
                        List.of("GROUP", "POINT", "AT", "BACKUPS", "LACKS"),
                        views.stream().map(View::row).toList());
            }
            return ExitCode.OK;
        }
    }

    /** A recovery point as JSON shows it. Names are stable. */
    record View(String group, String point, Instant at, List<Long> backups, List<String> lacks) {
        static View of(RecoveryPoints.Found found) {
            RecoveryPoint point = found.point();
            return new View(
                    point.group(),
                    point.id(),
                    found.backups().get(0).about().at(),
                    found.backups().stream().map(backup -> backup.id().value()).toList(),
                    found.missing());
        }

        List<String> row() {
            return List.of(
                    group,
                    point,
                    at.toString(),
                    String.join(" ", backups.stream().map(String::valueOf).toList()),
                    lacks.isEmpty() ? "-" : String.join(" ", lacks));
        }
    }
}
