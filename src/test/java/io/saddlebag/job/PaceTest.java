package io.saddlebag.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("S12")
class PaceTest {
    private static final Instant BEGUN = Instant.parse("2026-11-21T02:00:00Z");

    @Test
    void a_running_job_shows_rate_percentage_and_remaining_time() {
        Job job = job(BEGUN, null, new Job.Progress(3_000, 7, 12_000));

        assertThat(Pace.of(job, BEGUN.plusSeconds(10))).isEqualTo(new Pace(300, 25, Duration.ofSeconds(30)));
    }

    @Test
    void without_a_total_there_is_a_rate_only() {
        Job job = job(BEGUN, null, new Job.Progress(3_000, 7, 0));

        assertThat(Pace.of(job, BEGUN.plusSeconds(10))).isEqualTo(new Pace(300, null, null));
    }

    @Test
    void nothing_remains_of_a_job_that_has_ended() {
        Job job = job(BEGUN, BEGUN.plusSeconds(4), new Job.Progress(12_000, 9, 12_000));

        assertThat(Pace.of(job, BEGUN.plusSeconds(1_000))).isEqualTo(new Pace(3_000, 100, null));
    }

    @Test
    void a_job_that_was_not_dispatched_has_no_pace() {
        assertThat(Pace.of(job(null, null, Job.Progress.NONE), BEGUN)).isEqualTo(new Pace(0, null, null));
    }

    @Test
    void a_clock_that_went_back_does_no_harm() {
        Job job = job(BEGUN, null, new Job.Progress(3, 1, 10));

        assertThat(Pace.of(job, BEGUN.minusSeconds(60)).bytesPerSecond()).isPositive();
    }

    private static Job job(@Nullable Instant dispatched, @Nullable Instant ended, Job.Progress progress) {
        JobRequest request = new JobRequest("backup orders", JobKind.BACKUP, null, List.of(), Map.of());
        return new Job(
                new JobName("1"),
                request,
                ended == null ? JobState.RUNNING : JobState.COMPLETED,
                null,
                null,
                BEGUN,
                dispatched,
                ended,
                progress,
                Map.of(),
                List.of());
    }
}
