package io.saddlebag.cli;

import io.saddlebag.job.Job;
import io.saddlebag.job.JobName;
import io.saddlebag.job.OperatorRequest;
import io.saddlebag.job.Pace;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A job as JSON shows it. Names are stable. */
record JobView(
        String name,
        String task,
        String kind,
        String state,
        @Nullable String cause,
        Instant created,
        @Nullable Instant dispatched,
        @Nullable Instant ended,
        List<String> dependsOn,
        long bytes,
        long objects,
        long bytesPerSecond,
        @Nullable Integer percent,
        @Nullable Long remainingSeconds,
        Map<String, String> figures,
        List<StepView> steps,
        List<RequestView> waitsFor) {
    record StepView(
            int number,
            String name,
            Instant started,
            @Nullable Instant ended,
            @Nullable String failure) {}

    /** One that has ended. */
    static JobView of(Job job) {
        return of(job, List.of());
    }

    /** @param open what it waits for */
    static JobView of(Job job, List<OperatorRequest> open) {
        Pace pace = Pace.of(job, Instant.now());
        Duration remaining = pace.remaining();
        return new JobView(
                job.name().value(),
                job.request().task(),
                job.request().kind().name().toLowerCase(java.util.Locale.ROOT),
                job.state().display(),
                job.cause(),
                job.created(),
                job.dispatched(),
                job.ended(),
                job.request().dependsOn().stream().map(JobName::value).toList(),
                job.progress().bytes(),
                job.progress().objects(),
                pace.bytesPerSecond(),
                pace.percent(),
                remaining == null ? null : remaining.toSeconds(),
                job.figures(),
                job.steps().stream()
                        .map(step ->
                                new StepView(step.number(), step.name(), step.started(), step.ended(), step.failure()))
                        .toList(),
                open.stream().map(RequestView::of).toList());
    }

    /** What the process says of a job it ran. */
    static int exitCode(Job job) {
        return switch (job.state()) {
            case COMPLETED -> ExitCode.OK;
            case COMPLETED_WITH_WARNINGS -> ExitCode.WARNINGS;
            case SUPERSEDED -> ExitCode.SKIPPED;
            case PENDING, READY, RUNNING, WAITING_FOR_OPERATOR, FAILED, CANCELLED, EXPIRED -> ExitCode.FAILED;
        };
    }
}
