package io.saddlebag.cli;

import io.saddlebag.incarnation.Incarnation;
import io.saddlebag.incarnation.Incarnations;
import io.saddlebag.node.Node;
import io.saddlebag.recovery.LogPosition;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Histories of a database between resets of its log (R9). */
@Command(
        name = "incarnation",
        mixinStandardHelpOptions = true,
        description = "Show the incarnations of a database (PostgreSQL's timelines), and choose the one that counts.",
        footerHeading = "%nExamples:%n",
        footer = {"  saddlebag incarnation list orders", "  saddlebag incarnation reset orders 2"})
final class IncarnationCommand implements Callable<Integer> {
    @ParentCommand
    @Nullable
    SaddlebagCommand parent;

    @Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() {
        throw new CommandLine.ParameterException(
                Objects.requireNonNull(spec).commandLine(), "which operation? See 'saddlebag incarnation --help'.");
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "List them: which went off which, where in the log, and which lead to the current one.")
    int list(@Parameters(paramLabel = "DATABASE") String database) throws Exception {
        SaddlebagCommand root = Objects.requireNonNull(parent);
        try (Node node = root.surroundings().nodes().open(root.homeFolder(), Surroundings.Purpose.LOOK)) {
            node.database(database);
            print(root, node.incarnations().of(database));
        }
        return ExitCode.OK;
    }

    @Command(
            name = "reset",
            mixinStandardHelpOptions = true,
            description =
                    "From now on recoveries go by that incarnation, until a newer one is begun. Changes nothing else.")
    int reset(@Parameters(paramLabel = "DATABASE") String database, @Parameters(paramLabel = "NUMBER") long number)
            throws Exception {
        SaddlebagCommand root = Objects.requireNonNull(parent);
        try (Node node = root.surroundings().nodes().open(root.homeFolder(), Surroundings.Purpose.WORK)) {
            node.database(database);
            print(root, node.incarnations().reset(database, number));
        }
        return ExitCode.OK;
    }

    private static void print(SaddlebagCommand root, Incarnations known) {
        List<View> all = known.all().stream().map(each -> View.of(each, known)).toList();
        if (root.json) {
            root.output().json(all);
        } else {
            root.output()
                    .table(
                            List.of("INCARNATION", "PARENT", "STATUS", "BEGAN AT", "OPENED", "KNOWN TO", "CAUSE"),
                            all.stream().map(View::row).toList());
        }
    }

    record View(
            long incarnation,
            @Nullable Long parent,
            String status,
            @Nullable String reset,
            @Nullable Instant opened,
            @Nullable String end,
            String cause) {
        static View of(Incarnation each, Incarnations known) {
            return new View(
                    each.number(),
                    each.parent() == 0 ? null : each.parent(),
                    known.kinship(each.number()).name().toLowerCase(Locale.ROOT),
                    text(each.reset()),
                    each.opened(),
                    text(each.end()),
                    each.cause());
        }

        private static @Nullable String text(@Nullable LogPosition place) {
            return place == null ? null : place.toString();
        }

        List<String> row() {
            return List.of(
                    Long.toString(incarnation),
                    shown(parent),
                    status,
                    shown(reset),
                    shown(opened),
                    shown(end),
                    cause.isEmpty() ? "-" : cause);
        }

        private static String shown(@Nullable Object value) {
            return value == null ? "-" : value.toString();
        }
    }
}
