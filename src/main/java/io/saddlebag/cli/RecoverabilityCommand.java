package io.saddlebag.cli;

import io.saddlebag.node.Node;
import io.saddlebag.recoverability.Interval;
import io.saddlebag.recoverability.Lost;
import io.saddlebag.recoverability.Recoverable;
import io.saddlebag.recoverability.RecoveryLimit;
import io.saddlebag.recoverability.Without;
import io.saddlebag.recovery.LogPosition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** To which points things can be recovered, and what could not be (C11, J23). */
@Command(
        name = "recoverability",
        mixinStandardHelpOptions = true,
        description = "Show to which points databases and datasets can be recovered, and what would be lost.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  saddlebag recoverability show orders",
            "  saddlebag recoverability show --without-pool disk --without-volume full-000029",
            "  saddlebag recoverability limits"
        })
final class RecoverabilityCommand implements Callable<Integer> {
    @ParentCommand
    @Nullable
    SaddlebagCommand parent;

    @Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() {
        throw new CommandLine.ParameterException(
                Objects.requireNonNull(spec).commandLine(), "which operation? See 'saddlebag recoverability --help'.");
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description =
                    "Show the intervals of time to which databases can be recovered, in each incarnation, with the backups that"
                            + " recoveries begin with and how those were proven; of datasets the points. With --without-...: what"
                            + " would be left and what lost if those were gone.")
    int show(
            @Parameters(paramLabel = "NAME", arity = "0..1", description = "A database or dataset; all else.") @Nullable
                    String name,
            @Option(names = "--without-volume", paramLabel = "ID", description = "Take that volume to be gone.")
                    @Nullable
                    Set<String> volumes,
            @Option(
                            names = "--without-pool",
                            paramLabel = "POOL",
                            description = "Take that pool to be gone, with everything in it.")
                    @Nullable
                    Set<String> pools,
            @Option(
                            names = "--without-key",
                            paramLabel = "ID",
                            description = "Take that key to be gone; 'saddlebag lsbu' shows the ids.")
                    @Nullable
                    Set<String> keys)
            throws Exception {
        SaddlebagCommand root = root();
        Without without = new Without(set(volumes), set(pools), set(keys));
        try (Node node = root.surroundings().nodes().open(root.homeFolder(), Surroundings.Purpose.LOOK)) {
            List<Recoverable> all = node.recoverability().show(name, without);
            Output output = root.output();
            if (root.json) {
                output.json(all.stream().map(View::of).toList());
                return ExitCode.OK;
            }
            output.table(
                    List.of("NAME", "INC", "FROM", "TO", "LOG", "JOURNALS", "END", "BACKUPS"),
                    all.stream().flatMap(each -> rows(each).stream()).toList());
            all.forEach(each -> each.remarks().forEach(line -> output.line("WARNING " + each.name() + ": " + line)));
            if (!without.isNothing()) {
                lost(all, without, output);
            }
        }
        return ExitCode.OK;
    }

    private static Set<String> set(@Nullable Set<String> given) {
        return given == null ? Set.of() : given;
    }

    private static List<List<String>> rows(Recoverable each) {
        List<List<String>> rows = new ArrayList<>();
        for (Interval interval : each.intervals()) {
            rows.add(List.of(
                    each.name(),
                    interval.incarnation() == 0 ? "-" : Long.toString(interval.incarnation()),
                    interval.from().toString(),
                    interval.isPoint() ? "(point)" : interval.to().toString(),
                    log(interval),
                    interval.journals() == 0
                            ? "-"
                            : interval.firstJournal() + ".." + interval.lastJournal() + " (" + interval.journals()
                                    + ")",
                    interval.end().display(),
                    String.join(
                            ", ",
                            interval.bases().stream()
                                    .map(base ->
                                            base.backup() + " " + base.proof().display())
                                    .toList())));
        }
        if (rows.isEmpty()) {
            rows.add(List.of(each.name(), "-", "nothing", "-", "-", "-", "-", "-"));
        }
        return rows;
    }

    private static String log(Interval interval) {
        LogPosition from = interval.fromPosition();
        LogPosition to = interval.toPosition();
        return from == null && to == null ? "-" : (from == null ? "?" : from) + " " + (to == null ? "?" : to);
    }

    private static void lost(List<Recoverable> all, Without without, Output output) {
        output.line("");
        boolean nothing = all.stream().allMatch(each -> each.lost().isEmpty());
        output.line(
                nothing
                        ? "Without " + without + " nothing of this would be lost."
                        : "Without " + without + " no recovery would reach:");
        for (Recoverable each : all) {
            for (Lost lost : each.lost()) {
                output.line("  " + each.name() + incarnation(lost) + ": " + span(lost));
            }
        }
    }

    private static String incarnation(Lost lost) {
        return lost.incarnation() > 1 ? ", incarnation " + lost.incarnation() : "";
    }

    private static String span(Lost lost) {
        if (lost.from().equals(lost.to())) {
            return lost.from().toString();
        }
        return (lost.fromKept() ? "after " : "from ")
                + lost.from()
                + (lost.toKept() ? " until before " : " to ")
                + lost.to();
    }

    @Command(
            name = "limits",
            mixinStandardHelpOptions = true,
            description = "Show what of each database could not be recovered if it failed now.")
    int limits(@Parameters(paramLabel = "DATABASE", arity = "0..1", description = "All else.") @Nullable String name)
            throws Exception {
        SaddlebagCommand root = root();
        try (Node node = root.surroundings().nodes().open(root.homeFolder(), Surroundings.Purpose.LOOK)) {
            List<RecoveryLimit> all = node.recoverability().limits(name);
            Output output = root.output();
            if (root.json) {
                output.json(all.stream().map(Limit::of).toList());
                return ExitCode.OK;
            }
            output.table(
                    List.of("DATABASE", "PROTECTION", "RECOVERABLE TO", "WOULD BE LOST"),
                    all.stream()
                            .map(each -> List.of(
                                    each.database(),
                                    each.protection().display(),
                                    Objects.toString(each.recoverableTo(), "nothing"),
                                    each.lost()))
                            .toList());
            for (RecoveryLimit each : all) {
                each.warnings().forEach(warning -> output.line("WARNING " + each.database() + ": " + warning));
            }
        }
        return ExitCode.OK;
    }

    SaddlebagCommand root() {
        return Objects.requireNonNull(parent);
    }

    /** As JSON shows it. Names are stable. */
    record View(String name, String kind, List<IntervalView> intervals, List<String> remarks, List<Lost> lost) {
        static View of(Recoverable each) {
            return new View(
                    each.name(),
                    each.kind(),
                    each.intervals().stream().map(IntervalView::of).toList(),
                    each.remarks(),
                    each.lost());
        }
    }

    /** An {@link Interval} as JSON shows it. */
    record IntervalView(
            long incarnation,
            Instant from,
            Instant to,
            @Nullable String fromPosition,
            @Nullable String toPosition,
            @Nullable String firstJournal,
            @Nullable String lastJournal,
            int journals,
            String end,
            String proof,
            List<StartView> backups) {
        static IntervalView of(Interval each) {
            return new IntervalView(
                    each.incarnation(),
                    each.from(),
                    each.to(),
                    text(each.fromPosition()),
                    text(each.toPosition()),
                    each.firstJournal(),
                    each.lastJournal(),
                    each.journals(),
                    each.end().display(),
                    each.proof().display(),
                    each.bases().stream()
                            .map(base -> new StartView(
                                    base.backup(), base.point(), base.proof().display(), base.provenAt()))
                            .toList());
        }

        private static @Nullable String text(@Nullable LogPosition position) {
            return position == null ? null : position.toString();
        }
    }

    /** A backup that recoveries begin with, as JSON shows it. */
    record StartView(
            long backup,
            Instant point,
            String proof,
            @Nullable Instant provenAt) {}

    /** A {@link RecoveryLimit} as JSON shows it. */
    record Limit(
            String database,
            String protection,
            @Nullable Instant recoverableTo,
            @Nullable Long ageSeconds,
            @Nullable Long backup,
            @Nullable String lastJournal,
            String lost,
            List<String> warnings) {
        static Limit of(RecoveryLimit each) {
            return new Limit(
                    each.database(),
                    each.protection().display(),
                    each.recoverableTo(),
                    each.ageSeconds(),
                    each.backup(),
                    each.lastJournal(),
                    each.lost(),
                    each.warnings());
        }
    }
}
