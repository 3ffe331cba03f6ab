package io.saddlebag.cli;

import io.saddlebag.fault.BackupException;
import io.saddlebag.job.JobRun;
import io.saddlebag.operator.Series;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Prints what became of each thing that an operation was done with, as soon as it is known; as JSON at the end. */
final class SeriesReport {
    private final JobRun job;
    private final Output output;
    private final boolean json;
    private final List<View> views = new ArrayList<>();

    SeriesReport(JobRun job, Output output, boolean json) {
        this.job = job;
        this.output = output;
        this.json = json;
    }

    /** One thing as JSON shows it. Names are stable. */
    record View(
            String of, boolean done, String text, @Nullable String error) {
        static View of(Series.Outcome outcome) {
            IOException failure = outcome.failure();
            return new View(
                    outcome.of(),
                    failure == null,
                    outcome.text(),
                    failure instanceof BackupException known ? known.codeId() : null);
        }
    }

    JobRun job() {
        return job;
    }

    /** @param operation as in transcripts */
    <E, T> void each(String operation, List<E> things, Series.Step<E, T> step)
            throws IOException, InterruptedException {
        Series.run(job, operation, things, step, outcome -> {
            views.add(View.of(outcome));
            if (!json) {
                print(outcome, things.size());
            }
        });
    }

    /** The failure of a single one is told as such, behind this. */
    private void print(Series.Outcome outcome, int of) {
        boolean done = outcome.failure() == null;
        if (done && (of == 1 || outcome.text().contains(outcome.of()))) {
            output.line(outcome.text());
        } else if (of > 1) {
            output.line(outcome.of() + ": " + (done ? "" : "FAILED ") + outcome.text());
        }
    }

    void end() {
        if (json && !views.isEmpty()) {
            output.json(views);
        }
    }
}
