package io.saddlebag.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.catalog.jdbc.JdbcCatalog;
import io.saddlebag.fault.BackupException;
import io.saddlebag.job.file.FileTranscripts;
import io.saddlebag.job.jdbc.JdbcJobLog;
import io.saddlebag.store.jdbc.JdbcStore;
import io.saddlebag.workbench.CallFaults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Jobs in one process, on a real store and real transcripts, in manual time. */
class JobsTest {
    private static final JobRequest ORDERS = new JobRequest("backup orders", JobKind.BACKUP, null, List.of(), Map.of());

    @TempDir
    Path folder;

    private final ManualTime time = new ManualTime();
    private JdbcStore store;
    private JobLog log;
    private FileTranscripts transcripts;
    private Jobs jobs;

    @BeforeEach
    void open() throws IOException {
        store = JdbcStore.openSqlite(folder.resolve("catalog.db"), JdbcCatalog.FAULTS);
        log = new JdbcJobLog(store);
        transcripts = new FileTranscripts(folder.resolve("transcripts"), time);
        jobs = new Jobs(log, transcripts, time, time, "process-1");
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private JobRun begin() throws Exception {
        return jobs.begin(ORDERS, Overlap.SKIP).orElseThrow();
    }

    private Job read(JobName name) throws IOException {
        return jobs.find(name).orElseThrow();
    }

    private List<String> transcript(String name) throws IOException {
        try (var lines = transcripts.lines(new JobName(name))) {
            return lines.map(line -> line.substring("2026-11-21T02:30:00.123Z ".length()))
                    .toList();
        }
    }

    @Test
    @Tag("S7")
    @Tag("S10")
    void a_job_s_steps_figures_and_end_are_recorded_and_told() throws Exception {
        JobRun run = begin();
        assertThat(read(run.name()).owner()).isEqualTo("process-1");

        String made = run.step("snapshot", () -> {
            assertThat(read(run.name()).steps())
                    .singleElement()
                    .satisfies(step -> assertThat(step.ended()).isNull());
            run.output("said by a program");
            return "made";
        });
        run.figure("snapshot-ms", "5");
        Job ended = run.end();

        assertThat(made).isEqualTo("made");
        assertThat(ended.state()).isEqualTo(JobState.COMPLETED);
        assertThat(ended.cause()).isNull();
        assertThat(ended.figures()).isEqualTo(Map.of("snapshot-ms", "5"));
        assertThat(ended.steps())
                .singleElement()
                .satisfies(step -> assertThat(step.ended()).isNotNull());
        assertThat(transcript("1"))
                .containsExactly(
                        "job 1 begins: backup orders",
                        "step 1 begins: snapshot",
                        "said by a program",
                        "step 1 ended: snapshot",
                        "job 1 ends as completed");
    }

    @Test
    @Tag("W21")
    void a_failed_step_is_recorded_and_its_failure_passed_on() throws Exception {
        JobRun run = begin();
        IOException failure = new IOException("disk gone");

        assertThatThrownBy(() -> run.step("image", () -> {
                    throw failure;
                }))
                .isSameAs(failure);
        Job ended = run.fail(failure);

        assertThat(ended.steps()).singleElement().extracting(Job.Step::failure).isEqualTo("IOException: disk gone");
        assertThat(ended).extracting(Job::state, Job::cause).containsExactly(JobState.FAILED, "IOException: disk gone");
        assertThat(transcript("1")).contains("step 1 FAILED: image: IOException: disk gone");
    }

    @Test
    @Tag("S7")
    void warnings_are_counted_and_the_first_named() throws Exception {
        JobRun run = begin();
        for (int i = 0; i <= JobRun.WARNINGS_SHOWN; i++) {
            run.warn("w" + i);
        }

        Job ended = run.end();

        assertThat(ended.state()).isEqualTo(JobState.COMPLETED_WITH_WARNINGS);
        assertThat(ended.cause()).startsWith("w0\nw1\n").endsWith("w19\nand 1 more, see the transcript");
        assertThat(transcript("1")).contains("WARNING w20");
    }

    @Test
    @Tag("S7")
    void a_deferred_alarm_fails_the_job_at_its_end() throws Exception {
        JobRun run = begin();
        BackupException alarm = new BackupException(JobFault.NO_SUCH_JOB, "database orders is DOWN", "Start it.");
        run.defer(alarm);
        run.warn("besides");

        Job ended = run.end();

        assertThat(ended).extracting(Job::state, Job::cause).containsExactly(JobState.FAILED, alarm.getMessage());
    }

    @Test
    @Tag("S7")
    void a_failure_doesn_t_hide_a_deferred_alarm() throws Exception {
        JobRun run = begin();
        BackupException alarm = new BackupException(JobFault.NO_SUCH_JOB, "database orders is DOWN", "Start it.");
        run.defer(alarm);

        assertThat(run.fail(new IllegalStateException()).cause())
                .isEqualTo("IllegalStateException\n" + alarm.getMessage());
    }

    @Test
    @Tag("S7")
    void ending_twice_changes_nothing_and_nothing_is_done_afterwards() throws Exception {
        JobRun run = begin();
        Obligation owed = run.owe("start-database", Map.of());
        Job ended = run.end();

        assertThat(run.fail(new IOException("late"))).isEqualTo(ended);
        assertThat(run.cancel()).isEqualTo(ended);
        assertThatThrownBy(() -> run.step("more", () -> "x"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("job 1 has ended");
        assertThatThrownBy(() -> run.figure("a", "b")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> run.owe("x", Map.of())).isInstanceOf(IllegalStateException.class);
        run.settle(owed);
        assertThat(log.owed()).isEmpty();
    }

    @Test
    @Tag("S12")
    void progress_is_recorded_once_a_second_and_at_the_end() throws Exception {
        JobRun run = begin();
        run.progress(new Job.Progress(1, 1, 100));
        assertThat(read(run.name()).progress()).isEqualTo(new Job.Progress(1, 1, 100));
        run.progress(new Job.Progress(2, 2, 100));
        assertThat(read(run.name()).progress()).isEqualTo(new Job.Progress(1, 1, 100));
        time.pass(Duration.ofSeconds(1));
        run.progress(new Job.Progress(3, 3, 100));
        assertThat(read(run.name()).progress()).isEqualTo(new Job.Progress(3, 3, 100));
        run.progress(new Job.Progress(4, 4, 100));

        assertThat(run.end().progress()).isEqualTo(new Job.Progress(4, 4, 100));
    }

    @Test
    @Tag("S7")
    void progress_tells_the_caller_when_another_process_asked_for_the_end() throws Exception {
        JobRun run = begin();
        run.progress(Job.Progress.NONE);
        jobs.requestCancel(run.name());
        run.progress(Job.Progress.NONE);
        time.pass(Duration.ofSeconds(1));

        assertThatThrownBy(() -> run.progress(Job.Progress.NONE)).isInstanceOfSatisfying(BackupException.class, e -> {
            assertThat(e.what()).isEqualTo("job 1 was asked to end");
            assertThat(endWith(run, e).state()).isEqualTo(JobState.CANCELLED);
        });
    }

    private static Job endWith(JobRun run, Exception failure) {
        try {
            return run.fail(failure);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @Tag("S7")
    void an_interrupted_thread_can_end_its_job_and_stays_interrupted() throws Exception {
        JobRun run = begin();
        Thread.currentThread().interrupt();

        Job ended = run.cancel();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(ended).extracting(Job::state, Job::cause).containsExactly(JobState.CANCELLED, "it was interrupted");
    }

    @Test
    @Tag("W18")
    void a_second_trigger_is_skipped_and_says_so() throws Exception {
        JobRun first = begin();

        assertThat(jobs.begin(ORDERS, Overlap.SKIP)).isEmpty();

        assertThat(read(new JobName("2")))
                .extracting(Job::state, Job::cause)
                .containsExactly(JobState.SUPERSEDED, "job 1 runs 'backup orders' already");
        assertThat(transcript("2")).containsExactly("skipped: job 1 runs 'backup orders' already");
        assertThat(first.end().state()).isEqualTo(JobState.COMPLETED);
        assertThat(time.waits).isZero();
    }

    @Test
    @Tag("W18")
    void a_second_trigger_waits_and_says_so() throws Exception {
        JobRun first = begin();
        time.onWait = waits -> {
            if (waits == 3) {
                first.end();
            }
        };

        JobRun second = jobs.begin(ORDERS, Overlap.WAIT).orElseThrow();

        assertThat(time.waits).isEqualTo(3);
        assertThat(transcript("2"))
                .containsExactly("waits: job 1 runs 'backup orders' already", "job 2 begins: backup orders");
        assertThat(read(second.name()).state()).isEqualTo(JobState.RUNNING);
    }

    @Test
    @Tag("W18")
    void waiting_has_an_end() throws Exception {
        begin();
        time.onWait = waits -> time.pass(Duration.ofHours(6));

        assertThat(jobs.begin(ORDERS, Overlap.WAIT)).isEmpty();

        assertThat(time.waits).isEqualTo(4);
        assertThat(read(new JobName("2")))
                .extracting(Job::state, Job::cause)
                .containsExactly(JobState.SUPERSEDED, "job 1 runs 'backup orders' already, waited for PT24H");
    }

    @Test
    @Tag("W18")
    void a_job_cancelled_while_it_waits_is_not_run() throws Exception {
        begin();
        time.onWait = waits -> jobs.requestCancel(new JobName("2"));

        assertThat(jobs.begin(ORDERS, Overlap.WAIT)).isEmpty();

        assertThat(transcript("2")).endsWith("not run: it was cancelled before it began");
    }

    @Test
    @Tag("W18")
    void an_interrupt_while_waiting_cancels_the_job() throws Exception {
        begin();
        time.onWait = waits -> {
            throw new InterruptedException();
        };

        assertThatThrownBy(() -> jobs.begin(ORDERS, Overlap.WAIT)).isInstanceOf(InterruptedException.class);

        assertThat(read(new JobName("2")).state()).isEqualTo(JobState.CANCELLED);
    }

    @Test
    @Tag("S8")
    @Tag("W16")
    void dependent_jobs_run_one_after_another_or_fail_together() throws Exception {
        Job first = jobs.request(ORDERS);
        Job second =
                jobs.request(new JobRequest("backup others", JobKind.BACKUP, "admin", List.of(first.name()), Map.of()));
        JobRun run = jobs.start(first.name(), Overlap.SKIP).orElseThrow();
        time.onWait = waits -> run.fail(new IOException("no tape"));

        assertThat(jobs.start(second.name(), Overlap.SKIP)).isEmpty();

        assertThat(transcript("admin/2"))
                .containsExactly(
                        "waits: job 1, which it depends on, is running",
                        "not run: depends on 1 which failed: IOException: no tape");
    }

    @Test
    @Tag("S7")
    void a_running_job_is_not_started_again() throws Exception {
        JobRun run = begin();

        assertThatThrownBy(() -> jobs.start(run.name(), Overlap.WAIT))
                .isInstanceOfSatisfying(
                        BackupException.class, e -> assertThat(e.code()).isEqualTo(JobFault.NOT_WAITING));
        assertThatThrownBy(() -> jobs.start(new JobName("9"), Overlap.WAIT))
                .isInstanceOfSatisfying(
                        BackupException.class, e -> assertThat(e.code()).isEqualTo(JobFault.NO_SUCH_JOB));
    }

    @Test
    @Tag("S10")
    void a_transcript_that_can_t_be_written_is_a_warning_and_stops_nothing() throws Exception {
        Files.writeString(folder.resolve("file"), "");
        var broken = new FileTranscripts(folder.resolve("file").resolve("below"), time);
        JobRun run = new Jobs(log, broken, time, time, "p")
                .begin(ORDERS, Overlap.SKIP)
                .orElseThrow();

        assertThat(run.step("start database", () -> "started")).isEqualTo("started");

        Job ended = run.end();
        assertThat(ended.state()).isEqualTo(JobState.COMPLETED_WITH_WARNINGS);
        assertThat(ended.cause()).startsWith("the transcript lacks lines: transcript " + folder);
    }

    /** The read that looks whether it waits, and the change that takes it, which may be durable although it fails. */
    @ParameterizedTest
    @CsvSource({"JobLog.find, ERROR", "JobLog.start, ERROR", "JobLog.start, ERROR_AFTER"})
    @Tag("W21")
    @Tag("W18")
    void a_request_that_fails_before_its_job_begins_ends_it(String call, CallFaults.Kind kind) throws Exception {
        CallFaults faults = CallFaults.at(call, 1, kind);
        Jobs failing = new Jobs(faults.port(JobLog.class, log), transcripts, time, time, "process-1");

        assertThatThrownBy(() -> failing.begin(ORDERS, Overlap.WAIT)).isInstanceOf(IOException.class);

        assertThat(faults.fired()).isTrue();
        Job ended = read(new JobName("1"));
        assertThat(ended.state()).isEqualTo(JobState.FAILED);
        assertThat(ended.cause()).startsWith("it never began: ");
        assertThat(transcript("1")).contains("job 1 ends as failed: " + ended.cause());
        assertThat(jobs.begin(ORDERS, Overlap.SKIP)).isPresent();
    }

    @Test
    @Tag("W21")
    @Tag("S8")
    void jobs_of_a_request_that_fails_are_given_up_and_those_that_run_or_are_others_are_not() throws Exception {
        Job first = jobs.request(ORDERS);
        Job second =
                jobs.request(new JobRequest("restore orders", JobKind.RESTORE, null, List.of(first.name()), Map.of()));
        Job other = jobs.request(new JobRequest("backup others", JobKind.BACKUP, null, List.of(), Map.of()));
        JobRun run = begin();

        jobs.giveUp(List.of(first, second, read(run.name())), new IOException("disk gone"));

        assertThat(read(first.name()).cause()).isEqualTo("it never began: IOException: disk gone");
        assertThat(read(second.name()).cause())
                .isEqualTo("depends on 1 which failed: it never began: IOException: disk gone");
        assertThat(read(other.name()).state()).isEqualTo(JobState.PENDING);
        assertThat(run.end().state()).isEqualTo(JobState.COMPLETED);
    }

    @Test
    @Tag("S2")
    void parts_are_jobs_of_their_own() throws Exception {
        Job whole = jobs.request(ORDERS);
        Job part = jobs.requestPart(
                whole.name(), new JobRequest("backup orders of host1", JobKind.BACKUP, null, List.of(), Map.of()));

        assertThat(part.name()).isEqualTo(new JobName("1.1"));
        assertThat(jobs.start(part.name(), Overlap.SKIP)).isPresent();
        assertThat(jobs.jobs()).extracting(Job::state).containsExactly(JobState.PENDING, JobState.RUNNING);
    }
}
