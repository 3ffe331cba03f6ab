package io.saddlebag.job;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How fast a job is, and how far (S12).
 *
 * @param bytesPerSecond on average since it was dispatched; 0 before that
 * @param percent 0 to 100; null when the total isn't known
 * @param remaining at this pace; null when the total isn't known, nothing has been done yet, or the job has ended
 */
public record Pace(
        long bytesPerSecond,
        @Nullable Integer percent,
        @Nullable Duration remaining) {
    private static final int WHOLE = 100;

    /** @param now for a job that still runs; one that has ended is measured to its end */
    public static Pace of(Job job, Instant now) {
        Instant from = job.dispatched();
        Instant ended = job.ended();
        Job.Progress progress = job.progress();
        if (from == null) {
            return new Pace(0, null, null);
        }
        long millis =
                Math.max(1, Duration.between(from, ended == null ? now : ended).toMillis());
        long bytesPerSecond = (long) (progress.bytes() * 1000.0 / millis);
        if (progress.totalBytes() == 0) {
            return new Pace(bytesPerSecond, null, null);
        }
        int percent = (int) Math.min(WHOLE, progress.bytes() * WHOLE / progress.totalBytes());
        long left = Math.max(0, progress.totalBytes() - progress.bytes());
        boolean known = ended == null && bytesPerSecond > 0;
        return new Pace(bytesPerSecond, percent, known ? Duration.ofSeconds(left / bytesPerSecond) : null);
    }
}
