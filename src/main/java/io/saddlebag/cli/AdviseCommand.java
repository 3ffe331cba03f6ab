package io.saddlebag.cli;

import io.saddlebag.node.Node;
import io.saddlebag.recoverability.Advice;
import io.saddlebag.recoverability.Problem;
import io.saddlebag.recoverability.Without;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "advise",
        mixinStandardHelpOptions = true,
        description =
                "Say what can be done about a problem of a database, how long each way takes, and what it loses. Nothing is"
                        + " changed.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  saddlebag advise orders --problem media-failure --without-pool disk",
            "  saddlebag advise orders --problem user-error --at 2026-01-31T12:00:00Z"
        })
final class AdviseCommand extends NodeCommand {
    @Parameters(paramLabel = "DATABASE", description = "Its name in config/saddlebag.yaml.")
    String database = "";

    @Option(
            names = "--problem",
            required = true,
            paramLabel = "PROBLEM",
            description =
                    "user-error: something was changed or removed that should have stayed. corrupt-block: part of its files is"
                            + " damaged. media-failure: its files are gone.")
    String problem = "";

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description = "When it happened, e.g. 2026-01-31T12:00:00Z; just now else.")
    @Nullable
    Instant at;

    @Option(names = "--without-volume", paramLabel = "ID", description = "That volume is gone, too.")
    @Nullable
    Set<String> volumes;

    @Option(names = "--without-pool", paramLabel = "POOL", description = "That pool is gone, too.")
    @Nullable
    Set<String> pools;

    @Option(names = "--without-key", paramLabel = "ID", description = "That key is gone, too.")
    @Nullable
    Set<String> keys;

    @Override
    int run(Node node, Output output) throws Exception {
        Advice advice = node.recoverability()
                .advise(database, Problem.parse(problem), at, new Without(set(volumes), set(pools), set(keys)));
        if (json()) {
            output.json(advice);
            return ExitCode.OK;
        }
        advice.first().forEach(each -> output.line("FIRST  " + each));
        int number = 0;
        for (Advice.Way way : advice.ways()) {
            output.line("");
            Long seconds = way.seconds();
            if (seconds == null) {
                output.line("-  " + way.what());
                output.line("     not possible: " + way.obstacle());
                continue;
            }
            output.line(++number + ". " + way.what());
            output.line("     takes about " + time(seconds) + ": " + way.estimate());
            output.line("     loses " + way.lost());
            output.line("     " + way.command());
        }
        return ExitCode.OK;
    }

    private static Set<String> set(@Nullable Set<String> given) {
        return given == null ? Set.of() : given;
    }

    private static String time(long seconds) {
        Duration time = Duration.ofSeconds(seconds);
        return time.toHours() > 0
                ? time.toHours() + " h " + time.toMinutesPart() + " min"
                : time.toMinutes() > 0 ? time.toMinutes() + " min " + time.toSecondsPart() + " s" : seconds + " s";
    }
}
