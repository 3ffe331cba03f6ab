package io.saddlebag.operator;

import io.saddlebag.fault.BackupException;
import io.saddlebag.job.JobFault;
import io.saddlebag.job.JobKind;
import io.saddlebag.job.JobRequest;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.Jobs;
import io.saddlebag.job.Overlap;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What operators do with a library, each as a short job with a transcript (M13, S10). Thread-safe. */
public final class MediaJobs {
    private final Jobs jobs;

    public MediaJobs(Jobs jobs) {
        this.jobs = jobs;
    }

    /**
     * One operation.
     *
     * @param kind {@code library} or {@code pool}
     * @param library its name, or the pool's
     * @param text as an operator would write it: {@code movevol se1 dte1}
     * @param user who asks; null for a route
     */
    public record Order(
            String kind,
            String library,
            String text,
            @Nullable String user) {
        /** An operation on a library. */
        public Order(String library, String text, @Nullable String user) {
            this("library", library, text, user);
        }

        /** An operation on a disk pool. */
        public static Order ofPool(String pool, String text, @Nullable String user) {
            return new Order("pool", pool, text, user);
        }

        String task() {
            return kind + " " + library + " " + text;
        }
    }

    /** What the job does. */
    @FunctionalInterface
    public interface Work<T> {
        T run(JobRun job) throws IOException, InterruptedException;
    }

    /**
     * Does it as a job of its own. The same operation on the same things, running already, is waited for; one whose process
     * died is ended first, since it owes nothing.
     *
     * @throws IOException as the work did, after the job was ended as failed
     */
    public <T> T run(Order order, Work<T> work) throws IOException, InterruptedException {
        jobs.endDead(order.task());
        JobRequest request = new JobRequest(
                order.task(), JobKind.MEDIA, order.user(), List.of(), Map.of(order.kind(), order.library()));
        JobRun job = jobs.begin(request, Overlap.WAIT)
                .orElseThrow(() -> new BackupException(
                        JobFault.CANCELLED,
                        "'" + order.task() + "' was cancelled before it began",
                        "Run it again when it is wanted."));
        T result;
        try {
            result = work.run(job);
        } catch (IOException | InterruptedException | RuntimeException e) {
            job.fail(e);
            throw e;
        }
        job.end();
        return result;
    }
}
