package io.saddlebag.job;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A job as the job log knows it (S7, S10, S12).
 *
 * @param cause why it failed, was cancelled or superseded, or what its warnings are; null otherwise
 * @param owner the process that runs it, or that asked for it and is going to; null afterwards
 * @param figures what it measured or produced, e.g. {@code downtime-ms}, {@code backup-id}
 */
public record Job(
        JobName name,
        JobRequest request,
        JobState state,
        @Nullable String cause,
        @Nullable String owner,
        Instant created,
        @Nullable Instant dispatched,
        @Nullable Instant ended,
        Progress progress,
        Map<String, String> figures,
        List<Step> steps) {
    public Job {
        figures = Map.copyOf(figures);
        steps = List.copyOf(steps);
    }

    /**
     * One step, recorded before and after it acts (W21).
     *
     * @param ended null while it runs, or when its process died in it
     * @param failure null when it ended well, or has not ended
     */
    public record Step(
            int number,
            String name,
            Instant started,
            @Nullable Instant ended,
            @Nullable String failure) {}

    /** @param totalBytes 0 when unknown (S12) */
    public record Progress(long bytes, long objects, long totalBytes) {
        public static final Progress NONE = new Progress(0, 0, 0);
    }
}
