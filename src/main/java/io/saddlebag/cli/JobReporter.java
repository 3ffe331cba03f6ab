package io.saddlebag.cli;

import io.saddlebag.job.Job;
import io.saddlebag.quantity.ByteCount;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints the end of jobs that a command ran. */
final class JobReporter {
    private final Output output;
    private final boolean json;

    JobReporter(Output output, boolean json) {
        this.output = output;
        this.json = json;
    }

    /** @return the worst exit code of the jobs */
    int report(List<Job> jobs) {
        if (json) {
            output.json(jobs.stream().map(JobView::of).toList());
        } else {
            jobs.forEach(this::print);
        }
        int worst = ExitCode.OK;
        for (Job job : jobs) {
            int code = JobView.exitCode(job);
            if (code == ExitCode.FAILED || (worst != ExitCode.FAILED && code > worst)) {
                worst = code;
            }
        }
        return worst;
    }

    private void print(Job job) {
        output.line("job " + job.name() + " (" + job.request().task() + "): "
                + job.state().display());
        String cause = job.cause();
        if (cause != null && !cause.isBlank()) {
            cause.lines().forEach(line -> output.line("  " + line));
        }
        Map<String, String> figures = job.figures();
        figures.keySet().stream()
                .sorted()
                .forEach(name -> output.line("  " + name + ": " + shown(name, figures.get(name))));
    }

    private static String shown(String name, @Nullable String value) {
        if (value != null && name.endsWith("-bytes") && value.chars().allMatch(Character::isDigit)) {
            return value + " (" + ByteCount.of(Long.parseLong(value)) + ")";
        }
        return String.valueOf(value);
    }
}
