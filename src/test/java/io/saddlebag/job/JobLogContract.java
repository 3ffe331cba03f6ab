package io.saddlebag.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What every {@link JobLog} does. */
public abstract class JobLogContract {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00.123Z");

    /** An empty one. */
    protected abstract JobLog log() throws IOException;

    /** Another process's view of the same log. */
    protected abstract JobLog elsewhere() throws IOException;

    protected static JobRequest request(String task, @Nullable String user, JobName... after) {
        return new JobRequest(task, JobKind.BACKUP, user, List.of(after), Map.of("name", task));
    }

    private static JobName running(JobLog log, String task) throws IOException {
        JobName name = log.create(request(task, null), "process-0", NOON).name();
        assertThat(log.start(name, "process-1", NOON)).isTrue();
        return name;
    }

    @Test
    @Tag("S2")
    void names_count_up_through_the_domain_with_the_user_before_and_the_part_behind() throws IOException {
        JobLog log = log();

        assertThat(log.create(request("a", null), "process-0", NOON).name()).hasToString("1");
        assertThat(elsewhere().create(request("b", "admin"), "process-0", NOON).name())
                .hasToString("admin/2");
        assertThat(log.createPart(new JobName("1"), request("a of host1", null), "process-0", NOON)
                        .name())
                .hasToString("1.1");
        assertThat(log.createPart(new JobName("1"), request("a of host2", null), "process-0", NOON)
                        .name())
                .hasToString("1.2");
        assertThat(log.createPart(new JobName("admin/2"), request("b of host1", null), "process-0", NOON)
                        .name())
                .hasToString("admin/2.1");
        assertThat(log.create(request("c", null), "process-0", NOON).name()).hasToString("3");
        assertThat(log.jobs())
                .extracting(job -> job.name().value())
                .containsExactly("1", "1.1", "1.2", "admin/2", "admin/2.1", "3");
        assertThatThrownBy(() -> log.createPart(new JobName("1.1"), request("d", null), "process-0", NOON))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> log.createPart(new JobName("9"), request("d", null), "process-0", NOON))
                .isInstanceOf(BackupException.class);
    }

    @Test
    @Tag("S2")
    void a_job_is_found_by_its_whole_name_only() throws IOException {
        JobLog log = log();
        log.create(request("a", "admin"), "process-0", NOON);

        assertThat(log.find(new JobName("admin/1"))).isPresent();
        assertThat(log.find(new JobName("1"))).isEmpty();
        assertThat(log.find(new JobName("bob/1"))).isEmpty();
        assertThat(log.find(new JobName("admin/1.1"))).isEmpty();
    }

    @Test
    @Tag("S7")
    void keeps_a_job_s_whole_story() throws IOException {
        JobLog log = log();
        JobName name = log.create(request("a", "admin"), "process-0", NOON).name();
        assertThat(log.find(name))
                .contains(new Job(
                        name,
                        request("a", "admin"),
                        JobState.PENDING,
                        null,
                        "process-0",
                        NOON,
                        null,
                        null,
                        Job.Progress.NONE,
                        Map.of(),
                        List.of()));

        log.start(name, "process-1", NOON.plusSeconds(1));
        int first = log.beginStep(name, "stop", NOON.plusSeconds(2));
        log.endStep(name, first, NOON.plusSeconds(3));
        int second = log.beginStep(name, "start", NOON.plusSeconds(4));
        log.failStep(name, second, "no", NOON.plusSeconds(5));
        log.beginStep(name, "last", NOON.plusSeconds(6));
        log.progress(name, new Job.Progress(1, 2, 3));
        log.figures(name, Map.of("downtime-ms", "5", "x", "1"));
        log.figures(name, Map.of("x", "2"));

        Job running = elsewhere().find(name).orElseThrow();
        assertThat(running.state()).isEqualTo(JobState.RUNNING);
        assertThat(running.owner()).isEqualTo("process-1");
        assertThat(running.dispatched()).isEqualTo(NOON.plusSeconds(1));
        assertThat(running.steps())
                .containsExactly(
                        new Job.Step(1, "stop", NOON.plusSeconds(2), NOON.plusSeconds(3), null),
                        new Job.Step(2, "start", NOON.plusSeconds(4), NOON.plusSeconds(5), "no"),
                        new Job.Step(3, "last", NOON.plusSeconds(6), null, null));
        assertThat(running.progress()).isEqualTo(new Job.Progress(1, 2, 3));
        assertThat(running.figures()).isEqualTo(Map.of("downtime-ms", "5", "x", "2"));

        log.end(name, JobState.COMPLETED, null, NOON.plusSeconds(7));
        Job ended = elsewhere().find(name).orElseThrow();
        assertThat(ended.state()).isEqualTo(JobState.COMPLETED);
        assertThat(ended.owner()).isNull();
        assertThat(ended.ended()).isEqualTo(NOON.plusSeconds(7));
        assertThat(ended.steps()).hasSize(3);
    }

    @Test
    @Tag("W18")
    void a_task_runs_once_at_a_time() throws IOException {
        JobLog log = log();
        JobName first = running(log, "backup orders");
        JobName second =
                log.create(request("backup orders", "admin"), "process-0", NOON).name();

        assertThat(elsewhere().start(second, "process-2", NOON)).isFalse();
        assertThat(log.find(second)).get().satisfies(job -> {
            assertThat(job.state()).isEqualTo(JobState.PENDING);
            assertThat(job.owner()).isEqualTo("process-0");
        });
        assertThat(log.running("backup orders")).get().extracting(Job::name).isEqualTo(first);
        log.state(first, JobState.WAITING_FOR_OPERATOR);
        assertThat(log.start(second, "process-2", NOON)).isFalse();
        assertThat(log.running("backup orders")).get().extracting(Job::name).isEqualTo(first);
        assertThat(running(log, "backup others")).isNotNull();

        log.end(first, JobState.FAILED, "a test", NOON);
        assertThat(log.running("backup orders")).isEmpty();
        assertThat(elsewhere().start(second, "process-2", NOON)).isTrue();
        assertThat(elsewhere().start(second, "process-3", NOON)).isFalse();
    }

    @Test
    @Tag("S8")
    @Tag("W16")
    void a_job_waits_for_those_it_depends_on() throws IOException {
        JobLog log = log();
        JobName first = running(log, "a");
        JobName second = running(log, "b");
        JobName third = log.create(request("c", null, second, first, first), "process-0", NOON)
                .name();
        assertThat(log.find(third))
                .get()
                .extracting(job -> job.request().dependsOn())
                .isEqualTo(List.of(first, second));

        assertThat(log.start(third, "p", NOON)).isFalse();
        log.end(first, JobState.COMPLETED_WITH_WARNINGS, "w", NOON);
        assertThat(log.start(third, "p", NOON)).isFalse();
        log.end(second, JobState.COMPLETED, null, NOON);
        assertThat(log.start(third, "p", NOON)).isTrue();
    }

    @Test
    @Tag("S8")
    @Tag("W16")
    void a_failed_job_takes_along_all_that_depend_on_it_with_the_cause_named() throws IOException {
        JobLog log = log();
        JobName first = log.create(request("a", "admin"), "process-0", NOON).name();
        log.start(first, "p", NOON);
        JobName second =
                log.create(request("b", "admin", first), "process-0", NOON).name();
        JobName third =
                log.create(request("c", null, second), "process-0", NOON).name();
        JobName other = log.create(request("d", null), "process-0", NOON).name();

        log.end(first, JobState.FAILED, "SBG-M006 volume is full\nDATA: x\nHINT: y.", NOON.plusSeconds(9));

        assertThat(elsewhere().find(second)).get().satisfies(job -> {
            assertThat(job.state()).isEqualTo(JobState.FAILED);
            assertThat(job.cause()).isEqualTo("depends on admin/1 which failed: SBG-M006 volume is full");
            assertThat(job.ended()).isEqualTo(NOON.plusSeconds(9));
        });
        assertThat(elsewhere().find(third))
                .get()
                .extracting(Job::state, Job::cause)
                .containsExactly(
                        JobState.FAILED,
                        "depends on admin/2 which failed: depends on admin/1 which failed: SBG-M006 volume is full");
        assertThat(elsewhere().find(other)).get().extracting(Job::state).isEqualTo(JobState.PENDING);
        assertThat(log.create(request("late", null, third), "process-0", NOON))
                .extracting(Job::state, Job::cause)
                .containsExactly(
                        JobState.FAILED,
                        "depends on 3 which failed: depends on admin/2 which failed: depends on admin/1 which failed:"
                                + " SBG-M006 volume is full");
    }

    @Test
    @Tag("S8")
    void a_job_without_result_takes_its_dependants_along_whatever_the_reason() throws IOException {
        JobLog log = log();
        Map<JobState, String> verbs = Map.of(
                JobState.CANCELLED, "was cancelled: why",
                JobState.SUPERSEDED, "was superseded: why",
                JobState.EXPIRED, "expired: why");
        for (Map.Entry<JobState, String> verb : verbs.entrySet()) {
            JobName needed = log.create(request("a", null), "process-0", NOON).name();
            JobName dependant =
                    log.create(request("b", null, needed), "process-0", NOON).name();

            log.end(needed, verb.getKey(), "why", NOON);

            assertThat(log.find(dependant))
                    .get()
                    .extracting(Job::state, Job::cause)
                    .containsExactly(JobState.FAILED, "depends on " + needed + " which " + verb.getValue());
        }
    }

    @Test
    @Tag("S8")
    void a_job_can_t_depend_on_one_that_isn_t_there() throws IOException {
        JobLog log = log();

        assertThatThrownBy(() -> log.create(request("a", null, new JobName("7")), "process-0", NOON))
                .isInstanceOfSatisfying(BackupException.class, e -> {
                    assertThat(e.code()).isEqualTo(JobFault.NO_SUCH_JOB);
                    assertThat(e.what()).isEqualTo("there is no job 7");
                });
        assertThat(log.jobs()).isEmpty();
    }

    @Test
    @Tag("S7")
    void a_job_ends_once() throws IOException {
        JobLog log = log();
        JobName name = running(log, "a");
        log.end(name, JobState.COMPLETED, null, NOON);

        log.end(name, JobState.FAILED, "later", NOON.plusSeconds(1));

        assertThat(log.find(name))
                .get()
                .extracting(Job::state, Job::cause, Job::ended)
                .containsExactly(JobState.COMPLETED, null, NOON);
        assertThat(log.start(name, "p", NOON)).isFalse();
        assertThatThrownBy(() -> log.beginStep(name, "s", NOON)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> log.state(name, JobState.READY)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> log.end(name, JobState.RUNNING, null, NOON))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @Tag("W21")
    void a_step_ends_once_and_only_where_it_began() throws IOException {
        JobLog log = log();
        JobName waiting = log.create(request("a", null), "process-0", NOON).name();
        assertThatThrownBy(() -> log.beginStep(waiting, "s", NOON))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("job 1 is pending; only a running job has steps");
        JobName name = running(log, "b");
        int step = log.beginStep(name, "s", NOON);
        log.endStep(name, step, NOON);

        assertThatThrownBy(() -> log.failStep(name, step, "x", NOON)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> log.endStep(name, 2, NOON)).isInstanceOf(IllegalStateException.class);
        assertThat(log.find(name).orElseThrow().steps()).containsExactly(new Job.Step(1, "s", NOON, NOON, null));
    }

    @Test
    @Tag("W21")
    void what_is_owed_stays_until_it_is_settled_the_newest_first() throws IOException {
        JobLog log = log();
        JobName one = running(log, "a");
        JobName two = running(log, "b");
        Obligation first = log.owe(one, "start-database", Map.of("database", "orders"));
        Obligation second = log.owe(two, "release-snapshot", Map.of());
        Obligation third = log.owe(one, "release-snapshot", Map.of());
        log.end(one, JobState.FAILED, "x", NOON);

        assertThat(elsewhere().owed()).containsExactly(third, second, first);
        log.settle(second);
        log.settle(second);
        assertThat(elsewhere().owed()).containsExactly(third, first);
        log.settle(third);
        assertThat(log.owe(two, "x", Map.of()).number()).isGreaterThan(third.number());
    }

    @Test
    @Tag("S7")
    void waiting_for_an_operator_and_back() throws IOException {
        JobLog log = log();
        JobName name = log.create(request("a", null), "process-0", NOON).name();
        log.state(name, JobState.READY);
        assertThatThrownBy(() -> log.state(name, JobState.RUNNING))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("job 1 can't be moved from ready to running");
        log.start(name, "p", NOON);

        log.state(name, JobState.WAITING_FOR_OPERATOR);

        assertThat(elsewhere().find(name)).get().extracting(Job::state).isEqualTo(JobState.WAITING_FOR_OPERATOR);
        log.state(name, JobState.RUNNING);
        assertThat(elsewhere().find(name)).get().extracting(Job::state).isEqualTo(JobState.RUNNING);
    }

    @Test
    @Tag("S7")
    void a_waiting_job_is_cancelled_at_once_and_a_running_one_is_asked() throws IOException {
        JobLog log = log();
        JobName waiting = log.create(request("a", null), "process-0", NOON).name();
        JobName dependant =
                log.create(request("b", null, waiting), "process-0", NOON).name();
        JobName running = running(log, "c");

        assertThat(elsewhere().requestCancel(waiting, "why", NOON).state()).isEqualTo(JobState.CANCELLED);
        assertThat(log.find(dependant)).get().extracting(Job::state).isEqualTo(JobState.FAILED);
        assertThat(log.cancelRequested(running)).isFalse();
        assertThat(elsewhere().requestCancel(running, "why", NOON).state()).isEqualTo(JobState.RUNNING);
        assertThat(log.cancelRequested(running)).isTrue();
        log.end(running, JobState.COMPLETED, null, NOON);
        assertThat(log.requestCancel(running, "why", NOON).state()).isEqualTo(JobState.COMPLETED);
    }

    @Test
    @Tag("S10")
    void says_which_job_is_unknown() throws IOException {
        JobLog log = log();
        JobName name = new JobName("admin/16");

        assertThatThrownBy(() -> log.start(name, "p", NOON))
                .isInstanceOf(BackupException.class)
                .hasMessage("SBG-J001 there is no job admin/16\nDATA: nothing was changed\n"
                        + "HINT: 'saddlebag lsjob' lists all jobs.");
        assertThatThrownBy(() -> log.end(name, JobState.FAILED, "x", NOON)).isInstanceOf(BackupException.class);
        assertThatThrownBy(() -> log.progress(name, Job.Progress.NONE)).isInstanceOf(BackupException.class);
        assertThatThrownBy(() -> log.figures(name, Map.of())).isInstanceOf(BackupException.class);
        assertThatThrownBy(() -> log.owe(name, "x", Map.of())).isInstanceOf(BackupException.class);
        assertThatThrownBy(() -> log.requestCancel(name, "x", NOON)).isInstanceOf(BackupException.class);
        assertThatThrownBy(() -> log.cancelRequested(name)).isInstanceOf(BackupException.class);
    }

    @Test
    @Tag("Q11")
    void a_clock_that_goes_back_changes_no_order() throws IOException {
        JobLog log = log();
        JobName first = log.create(request("a", null), "process-0", NOON).name();
        JobName second = log.create(request("b", null), "process-0", NOON.minusSeconds(3600))
                .name();
        log.start(first, "p", NOON.minusSeconds(7200));
        log.end(first, JobState.COMPLETED, null, NOON.minusSeconds(9000));

        assertThat(log.jobs()).extracting(Job::name).containsExactly(first, second);
        assertThat(log.find(first)).get().extracting(Job::state).isEqualTo(JobState.COMPLETED);
    }

    private static OperatorRequest.Question volume(String wanted) {
        return new OperatorRequest.Question(OperatorRequest.Kind.VOLUME, OperatorRequest.Audience.OPERATOR, wanted);
    }

    private static void refused(
            JobFault fault, String what, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(BackupException.class, e -> {
            assertThat(e.code()).isEqualTo(fault);
            assertThat(e.what()).isEqualTo(what);
        });
    }

    @Test
    @Tag("S7")
    @Tag("S9")
    @Tag("M5")
    void what_a_job_asks_is_answered_from_another_process_once() throws IOException {
        JobLog log = log();
        JobName name = running(log, "a");

        OperatorRequest asked = log.ask(name, volume("tape 7"), NOON.plusSeconds(1));

        assertThat(asked)
                .isEqualTo(new OperatorRequest(name, 1, volume("tape 7"), NOON.plusSeconds(1), null, null, null, null));
        assertThat(elsewhere().openRequests()).containsExactly(asked);
        assertThat(elsewhere().find(name)).get().extracting(Job::state).isEqualTo(JobState.WAITING_FOR_OPERATOR);
        refused(
                JobFault.NO_ANSWER,
                "'accept' is no answer to request 1 of job 1, which asks for a volume",
                () -> elsewhere().reply(name, 1, OperatorRequest.Reply.ACCEPT, "jane"));
        OperatorRequest answered = elsewhere().reply(name, 1, OperatorRequest.Reply.RETRY, "jane");
        assertThat(answered.reply()).isEqualTo(OperatorRequest.Reply.RETRY);
        assertThat(answered.repliedBy()).isEqualTo("jane");
        refused(
                JobFault.NOT_ASKING,
                "request 1 of job 1 was answered by jane already: retry",
                () -> log.reply(name, 1, OperatorRequest.Reply.ABORT, "bob"));
        refused(
                JobFault.NOT_ASKING,
                "request 2 of job 1 was never made",
                () -> log.reply(name, 2, OperatorRequest.Reply.ABORT, "bob"));

        assertThat(log.close(name, 1, "went on", NOON.plusSeconds(2)).outcome()).isEqualTo("went on");
        assertThat(log.close(name, 1, "later", NOON.plusSeconds(3)).outcome()).isEqualTo("went on");
        assertThat(elsewhere().find(name)).get().extracting(Job::state).isEqualTo(JobState.RUNNING);
        assertThat(elsewhere().openRequests()).isEmpty();
        assertThat(elsewhere().requests(name)).singleElement().satisfies(request -> {
            assertThat(request.closed()).isEqualTo(NOON.plusSeconds(2));
            assertThat(request.reply()).isEqualTo(OperatorRequest.Reply.RETRY);
        });
        refused(
                JobFault.NOT_ASKING,
                "request 1 of job 1 is over: went on",
                () -> log.reply(name, 1, OperatorRequest.Reply.ABORT, "bob"));
    }

    @Test
    @Tag("S7")
    void a_job_that_waits_for_two_things_runs_again_when_it_has_both() throws IOException {
        JobLog log = log();
        JobName name = running(log, "a");
        log.ask(name, volume("one"), NOON);
        log.ask(name, volume("two"), NOON);
        assertThat(log.openRequests()).extracting(OperatorRequest::number).containsExactly(1, 2);

        log.close(name, 1, "x", NOON);
        assertThat(log.find(name)).get().extracting(Job::state).isEqualTo(JobState.WAITING_FOR_OPERATOR);
        log.close(name, 2, "x", NOON);
        assertThat(log.find(name)).get().extracting(Job::state).isEqualTo(JobState.RUNNING);
    }

    @Test
    @Tag("S7")
    @Tag("M5")
    void the_end_of_a_job_closes_what_it_asked_and_an_ended_one_asks_nothing() throws IOException {
        JobLog log = log();
        JobName name = running(log, "a");
        log.ask(name, volume("one"), NOON);

        elsewhere().end(name, JobState.FAILED, "its process died", NOON.plusSeconds(5));

        assertThat(log.openRequests()).isEmpty();
        assertThat(log.requests(name)).singleElement().satisfies(request -> {
            assertThat(request.outcome()).isEqualTo("the job ended as failed");
            assertThat(request.closed()).isEqualTo(NOON.plusSeconds(5));
        });
        assertThat(log.close(name, 1, "x", NOON).outcome()).isEqualTo("the job ended as failed");
        assertThat(log.find(name)).get().extracting(Job::state).isEqualTo(JobState.FAILED);
        assertThatThrownBy(() -> log.ask(name, volume("two"), NOON)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> log.requests(new JobName("77"))).isInstanceOf(BackupException.class);
    }
}
