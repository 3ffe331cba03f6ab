package io.saddlebag.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.catalog.jdbc.JdbcCatalog;
import io.saddlebag.fault.BackupException;
import io.saddlebag.fault.FaultCode;
import io.saddlebag.host.Waiter;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobFault;
import io.saddlebag.job.JobKind;
import io.saddlebag.job.JobRequest;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Jobs;
import io.saddlebag.job.OperatorRequest;
import io.saddlebag.job.OperatorRequest.Reply;
import io.saddlebag.job.Overlap;
import io.saddlebag.job.file.FileTranscripts;
import io.saddlebag.job.jdbc.JdbcJobLog;
import io.saddlebag.library.Element;
import io.saddlebag.library.memory.MemoryLibrary;
import io.saddlebag.store.jdbc.JdbcStore;
import io.saddlebag.tape.memory.Capacity;
import io.saddlebag.tape.memory.MemoryCartridge;
import io.saddlebag.tapeoption.Prompt;
import io.saddlebag.volume.OperatorDesk;
import io.saddlebag.volume.VolumeFault;
import io.saddlebag.workbench.SimulatedTime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Waiting for people, on a real job log, in simulated time. */
@Tag("M5")
class OperatorDesksTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    Path folder;

    private final SimulatedTime time = new SimulatedTime();
    private final MemoryLibrary library = MemoryLibrary.named("vault").slots(3).build();
    private JdbcStore store;
    private FileTranscripts transcripts;
    private Jobs jobs;
    private JobRun job;

    @BeforeEach
    void open() throws Exception {
        store = JdbcStore.openSqlite(folder.resolve("catalog.db"), JdbcCatalog.FAULTS);
        transcripts = new FileTranscripts(folder.resolve("transcripts"), time);
        jobs = new Jobs(new JdbcJobLog(store), transcripts, time, time, "process-1");
        job = jobs.begin(new JobRequest("backup orders", JobKind.BACKUP, null, List.of(), Map.of()), Overlap.SKIP)
                .orElseThrow();
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private OperatorDesk desk(Prompt prompt, Client client) throws IOException {
        return desk(prompt, client, time, HOUR);
    }

    private OperatorDesk desk(Prompt prompt, Client client, Waiter waiter, Duration patience) throws IOException {
        return new OperatorDesks(waiter, client).of(job, library, patience, prompt);
    }

    private interface Event {
        void happens() throws Exception;
    }

    /** Meanwhile, while somebody waits. */
    private void meanwhile(Event event) {
        List<Event> once = new ArrayList<>(List.of(event));
        time.onWait(() -> {
            if (!once.isEmpty()) {
                try {
                    once.remove(0).happens();
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }
        });
    }

    private void answer(Reply reply) {
        meanwhile(() -> jobs.reply(job.name(), null, reply, "jane"));
    }

    private Job now() throws IOException {
        return jobs.find(job.name()).orElseThrow();
    }

    private OperatorRequest onlyRequest() throws IOException {
        List<OperatorRequest> all = jobs.requests(job.name());
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    private List<String> transcript() throws IOException {
        try (var lines = transcripts.lines(job.name())) {
            return lines.map(line -> line.substring(line.indexOf(' ') + 1)).toList();
        }
    }

    private static void fails(FaultCode code, String what, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(BackupException.class, e -> {
            assertThat(e.code()).isEqualTo(code);
            assertThat(e.what()).isEqualTo(what);
        });
    }

    @Test
    void automatic_where_nobody_is_fails_at_once_and_names_what_was_wanted() throws Exception {
        OperatorDesk desk = desk(Prompt.AUTOMATIC, Client.ABSENT);
        fails(
                VolumeFault.NO_VOLUME,
                "no volume for volume TAPE07 for reading in library vault, and with prompt=automatic there is nobody here"
                        + " to ask",
                () -> desk.needVolume("volume TAPE07 for reading"));
        assertThat(desk.acceptsLabel("volume TAPE01 in dte1")).isFalse();
        assertThat(jobs.requests(job.name())).isEmpty();
        assertThat(time.nanos()).isZero();
    }

    @Test
    @Tag("M15")
    @Tag("S7")
    void an_operator_s_request_is_durable_and_the_volume_s_arrival_answers_it() throws Exception {
        meanwhile(() -> {
            assertThat(now().state()).isEqualTo(JobState.WAITING_FOR_OPERATOR);
            assertThat(jobs.openRequests()).singleElement().satisfies(request -> {
                assertThat(request.question().audience()).isEqualTo(OperatorRequest.Audience.OPERATOR);
                assertThat(request.question().wanted()).isEqualTo("a volume is needed in library vault, within PT1H");
            });
            library.operatorPuts(new MemoryCartridge("A1", Capacity.ENDLESS), Element.slot(1));
        });

        desk(Prompt.OPERATOR, Client.AT_TERMINAL).needVolume("a volume");

        assertThat(now().state()).isEqualTo(JobState.RUNNING);
        assertThat(onlyRequest().outcome()).isEqualTo("the library has changed; the job goes on");
        assertThat(transcript())
                .contains(
                        "WAITING FOR OPERATOR (request 1): a volume is needed in library vault, within PT1H; answers:"
                                + " retry, abort",
                        "request 1: the library has changed; the job goes on");
    }

    @Test
    @Tag("S9")
    void retry_has_the_robot_look_at_what_a_hand_did_unseen() throws Exception {
        library.operatorPuts(new MemoryCartridge("A1", Capacity.ENDLESS), Element.slot(1));
        library.inventory();
        meanwhile(() -> {
            library.operatorMovesUnseen(Element.slot(1), Element.slot(2));
            jobs.reply(job.name(), null, Reply.RETRY, "jane");
        });

        desk(Prompt.OPERATOR, Client.ABSENT).needVolume("a volume");

        assertThat(library.inventory().at(Element.slot(2)).orElseThrow().full()).isTrue();
        assertThat(onlyRequest().outcome()).isEqualTo("jane answered: retry");
    }

    @Test
    @Tag("S9")
    void abort_ends_the_wait_with_a_failure_that_names_who_declined() throws Exception {
        answer(Reply.ABORT);
        OperatorDesk desk = desk(Prompt.OPERATOR, Client.ABSENT);
        fails(VolumeFault.DECLINED, "jane declined: a volume in library vault", () -> desk.needVolume("a volume"));
        assertThat(now().state()).isEqualTo(JobState.RUNNING);
    }

    @Test
    @Tag("S9")
    void an_abort_that_comes_with_the_volume_is_not_lost() throws Exception {
        meanwhile(() -> {
            library.operatorPuts(new MemoryCartridge("A1", Capacity.ENDLESS), Element.slot(1));
            library.inventory();
        });
        OperatorDesk desk = desk(Prompt.OPERATOR, Client.ABSENT).with(() -> {
            if (library.seen().stream().anyMatch(e -> e.full()) && onlyRequest().reply() == null) {
                jobs.reply(job.name(), null, Reply.ABORT, "jane");
            }
        });
        assertThatThrownBy(() -> desk.needVolume("a volume"))
                .isInstanceOfSatisfying(
                        BackupException.class, e -> assertThat(e.code()).isEqualTo(VolumeFault.DECLINED));
    }

    @Test
    @Tag("M10")
    void a_label_is_accepted_or_passed_over_or_ends_the_job() throws Exception {
        OperatorDesk desk = desk(Prompt.OPERATOR, Client.ABSENT);
        answer(Reply.ACCEPT);
        assertThat(desk.acceptsLabel("volume TAPE01 in dte1, where label TAPE02 was expected"))
                .isTrue();
        assertThat(onlyRequest().question())
                .isEqualTo(new OperatorRequest.Question(
                        OperatorRequest.Kind.LABEL,
                        OperatorRequest.Audience.OPERATOR,
                        "volume TAPE01 in dte1, where label TAPE02 was expected: may it be used, within PT1H"));
        answer(Reply.RETRY);
        assertThat(desk.acceptsLabel("volume TAPE03 in dte1")).isFalse();
        answer(Reply.ABORT);
        assertThatThrownBy(() -> desk.acceptsLabel("volume TAPE03 in dte1"))
                .isInstanceOfSatisfying(
                        BackupException.class, e -> assertThat(e.code()).isEqualTo(VolumeFault.DECLINED));
    }

    @Test
    void the_client_is_asked_at_a_terminal_and_without_one_the_operators_which_is_said() throws Exception {
        for (Prompt prompt : List.of(Prompt.CLIENT, Prompt.AUTOMATIC)) {
            answer(Reply.RETRY);
            desk(prompt, Client.AT_TERMINAL).needVolume("a volume");
        }
        assertThat(jobs.requests(job.name()))
                .extracting(request -> request.question().audience())
                .containsExactly(OperatorRequest.Audience.CLIENT, OperatorRequest.Audience.CLIENT);
        answer(Reply.RETRY);
        desk(Prompt.CLIENT, Client.ABSENT).needVolume("a volume");
        assertThat(jobs.requests(job.name()).get(2).question().audience()).isEqualTo(OperatorRequest.Audience.OPERATOR);
        assertThat(transcript())
                .contains("prompt=client, but nobody sits at a terminal of this process: operators are asked instead");
    }

    @Test
    @Tag("S9")
    void a_wait_is_cancelled_like_anything_else_and_its_request_closed() throws Exception {
        meanwhile(() -> jobs.requestCancel(job.name()));
        OperatorDesk desk = desk(Prompt.OPERATOR, Client.ABSENT);
        assertThatThrownBy(() -> desk.needVolume("a volume"))
                .isInstanceOfSatisfying(
                        BackupException.class, e -> assertThat(e.code()).isEqualTo(JobFault.CANCELLED));
        assertThat(onlyRequest().open()).isFalse();
        assertThat(onlyRequest().outcome()).startsWith("nobody waits any more: SBG-J005");
    }

    @Test
    void an_interrupted_wait_and_one_that_makes_no_sense_any_more_close_their_requests() throws Exception {
        Waiter interrupted = new Waiter() {
            @Override
            public void await(Duration duration) throws InterruptedException {
                throw new InterruptedException();
            }

            @Override
            public long nanos() {
                return time.nanos();
            }
        };
        OperatorDesk first = desk(Prompt.OPERATOR, Client.ABSENT, interrupted, HOUR);
        assertThatThrownBy(() -> first.needVolume("a volume")).isInstanceOf(InterruptedException.class);
        OperatorDesk second = desk(Prompt.OPERATOR, Client.ABSENT).with(() -> {
            throw new IOException("the route was stopped");
        });
        assertThatThrownBy(() -> second.needVolume("a volume")).hasMessage("the route was stopped");
        assertThat(jobs.requests(job.name()))
                .extracting(OperatorRequest::outcome)
                .containsExactly(
                        "nobody waits any more: the job was interrupted",
                        "nobody waits any more: the route was stopped");
        assertThat(now().state()).isEqualTo(JobState.RUNNING);
    }

    @Test
    @Tag("M15")
    void patience_counts_over_all_requests_and_its_end_names_what_was_wanted() throws Exception {
        OperatorDesk desk = desk(Prompt.OPERATOR, Client.ABSENT, time, Duration.ofSeconds(2));
        assertThat(desk.acceptsLabel("volume TAPE01 in dte1")).isFalse();
        assertThat(onlyRequest().outcome()).isEqualTo("nobody came in time");
        fails(
                VolumeFault.NO_VOLUME,
                "no volume for a volume in library vault within PT2S",
                () -> desk.needVolume("a volume"));
        assertThat(jobs.requests(job.name())).hasSize(1);
    }

    @Test
    @Tag("S9")
    void an_answer_names_its_request_when_there_are_several_and_a_dead_process_gets_none() throws Exception {
        JdbcJobLog log = new JdbcJobLog(store);
        var question = new OperatorRequest.Question(
                OperatorRequest.Kind.VOLUME, OperatorRequest.Audience.OPERATOR, "a volume");
        fails(
                JobFault.NOT_ASKING,
                "job 1 can't be answered: it is running",
                () -> jobs.reply(job.name(), null, Reply.RETRY, "jane"));
        log.ask(job.name(), question, time.instant());
        log.ask(job.name(), question, time.instant());
        fails(
                JobFault.NOT_ASKING,
                "job 1 can't be answered: it waits for several things, requests 1, 2, and none was named",
                () -> jobs.reply(job.name(), null, Reply.RETRY, "jane"));
        assertThat(jobs.reply(job.name(), 2, Reply.RETRY, "jane").number()).isEqualTo(2);
        Jobs elsewhere = new Jobs(log, transcripts, time, time, new AloneAlive("process-2"));
        fails(
                JobFault.NOT_ASKING,
                "job 1 can't be answered: its process died; the next start of the node ends it",
                () -> elsewhere.reply(job.name(), 1, Reply.RETRY, "jane"));
        assertThat(jobs.openRequestsHere()).hasSize(2);
        assertThat(elsewhere.openRequestsHere()).isEmpty();
    }

    private record AloneAlive(String self) implements io.saddlebag.host.Instances {
        @Override
        public boolean alive(String instance) {
            return instance.equals(self);
        }
    }

    @ParameterizedTest
    @Tag("M19")
    @EnumSource(Prompt.class)
    void other_jobs_are_waited_for_whoever_may_be_asked(Prompt prompt) throws Exception {
        OperatorDesk desk = desk(prompt, Client.ABSENT);
        long begin = time.nanos();
        int waits = 0;
        while (desk.awaitsDrive("volume VOL000001 is to be read, and all drives are in use")) {
            waits++;
        }

        assertThat(waits).isEqualTo(1800);
        assertThat(time.nanos() - begin).isEqualTo(HOUR.toNanos());
        assertThat(transcript())
                .filteredOn(line -> line.contains("waiting"))
                .containsExactly("volume VOL000001 is to be read, and all drives are in use: waiting for another job to"
                        + " give a drive back, up to PT1H");
        assertThat(jobs.requests(job.name())).isEmpty();
    }

    @ParameterizedTest
    @Tag("M19")
    @EnumSource(Prompt.class)
    void a_wait_for_a_drive_ends_when_the_job_is_cancelled(Prompt prompt) throws Exception {
        OperatorDesk desk = desk(prompt, Client.ABSENT);
        assertThat(desk.awaitsDrive("volume VOL000001 is to be read")).isTrue();
        jobs.requestCancel(job.name());

        assertThatThrownBy(() -> desk.awaitsDrive("volume VOL000001 is to be read"))
                .isInstanceOfSatisfying(
                        BackupException.class,
                        e -> assertThat(e.is(JobFault.CANCELLED)).isTrue());
    }
}
