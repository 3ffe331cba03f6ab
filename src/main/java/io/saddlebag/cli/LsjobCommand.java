package io.saddlebag.cli;

import io.saddlebag.job.Job;
import io.saddlebag.job.JobName;
import io.saddlebag.job.OperatorRequest;
import io.saddlebag.job.Pace;
import io.saddlebag.node.Node;
import io.saddlebag.quantity.ByteCount;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "lsjob", mixinStandardHelpOptions = true, description = "List jobs, the oldest first.")
final class LsjobCommand extends NodeCommand {
    @Parameters(paramLabel = "JOB", arity = "0..1", description = "Only this one, e.g. admin/15.")
    @Nullable
    String name;

    @Option(names = "--state", description = "Only jobs in that state, e.g. failed.")
    @Nullable
    String state;

    @Override
    int run(Node node, Output output) throws Exception {
        List<Job> jobs = node.jobs().jobs().stream()
                .filter(job -> name == null || job.name().value().equals(name))
                .filter(job -> state == null || job.state().display().equals(state))
                .toList();
        Map<JobName, List<OperatorRequest>> open =
                node.jobs().openRequests().stream().collect(Collectors.groupingBy(OperatorRequest::job));
        if (json()) {
            output.json(jobs.stream()
                    .map(job -> JobView.of(job, open.getOrDefault(job.name(), List.of())))
                    .toList());
            return ExitCode.OK;
        }
        output.table(
                List.of("JOB", "TASK", "STATE", "CREATED", "ENDED", "DONE", "RATE", "LEFT", "CAUSE"),
                jobs.stream()
                        .map(job -> row(job, open.getOrDefault(job.name(), List.of())))
                        .toList());
        return ExitCode.OK;
    }

    private static String cause(Job job, List<OperatorRequest> open) {
        if (!open.isEmpty()) {
            return open.stream()
                    .map(request -> "asks " + request.question().audience().display() + " (request " + request.number()
                            + "): " + request.question().wanted() + "; answers: " + request.replies())
                    .collect(Collectors.joining("; "));
        }
        String cause = job.cause();
        return cause == null ? "" : cause.lines().findFirst().orElse("");
    }

    private static List<String> row(Job job, List<OperatorRequest> open) {
        Pace pace = Pace.of(job, Instant.now());
        Duration remaining = pace.remaining();
        return List.of(
                job.name().value(),
                job.request().task(),
                job.state().display(),
                job.created().toString(),
                String.valueOf(job.ended() == null ? "-" : job.ended()),
                done(job, pace),
                ByteCount.of(pace.bytesPerSecond()) + "/s",
                remaining == null ? "" : remaining.toString(),
                cause(job, open));
    }

    private static String done(Job job, Pace pace) {
        String bytes = ByteCount.of(job.progress().bytes()).toString();
        return pace.percent() == null ? bytes : bytes + " (" + pace.percent() + " %)";
    }
}
