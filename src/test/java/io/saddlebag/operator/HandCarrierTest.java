package io.saddlebag.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.catalog.jdbc.JdbcCatalog;
import io.saddlebag.fault.BackupException;
import io.saddlebag.fault.FaultCode;
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
import io.saddlebag.library.Barcode;
import io.saddlebag.library.Element;
import io.saddlebag.library.LibraryFault;
import io.saddlebag.library.memory.MemoryLibrary;
import io.saddlebag.store.jdbc.JdbcStore;
import io.saddlebag.tape.memory.Capacity;
import io.saddlebag.tape.memory.MemoryCartridge;
import io.saddlebag.tapeoption.Prompt;
import io.saddlebag.volume.VolumeFault;
import io.saddlebag.workbench.SimulatedTime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cartridges that are carried by hand into a library with a door and mail slots. */
@Tag("M13")
class HandCarrierTest {
    private static final Barcode NEW = new Barcode("NEW001");
    private static final Element SE1 = Element.slot(1);
    private static final Element SE3 = Element.slot(3);

    @TempDir
    Path folder;

    private final SimulatedTime time = new SimulatedTime();
    private final MemoryLibrary library = MemoryLibrary.named("vault")
            .slots(4)
            .mailSlots(1)
            .cartridges("A1", "A2")
            .build();
    private final Deque<Event> events = new ArrayDeque<>();
    private JdbcStore store;
    private Jobs jobs;
    private JobRun job;

    private interface Event {
        void happens() throws Exception;
    }

    @BeforeEach
    void open() throws Exception {
        store = JdbcStore.openSqlite(folder.resolve("catalog.db"), JdbcCatalog.FAULTS);
        jobs = new Jobs(
                new JdbcJobLog(store),
                new FileTranscripts(folder.resolve("transcripts"), time),
                time,
                time,
                "process-1");
        job = jobs.begin(new JobRequest("insert", JobKind.MEDIA, null, List.of(), Map.of()), Overlap.SKIP)
                .orElseThrow();
        time.onWait(() -> {
            if (!events.isEmpty()) {
                try {
                    events.remove().happens();
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }
        });
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private Carrier carrier(Prompt prompt) throws IOException {
        return new OperatorDesks(time, Client.ABSENT).carrier(job, library, Duration.ofMinutes(1), prompt);
    }

    private void answer(Reply reply) {
        events.add(() -> jobs.reply(job.name(), null, reply, "jane"));
    }

    private List<OperatorRequest> requests() throws IOException {
        return jobs.requests(job.name());
    }

    private static MemoryCartridge cartridge() {
        return new MemoryCartridge(NEW.value(), Capacity.ENDLESS);
    }

    private static void fails(FaultCode code, String what, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(BackupException.class, e -> {
            assertThat(e.code()).isEqualTo(code);
            assertThat(e.what()).isEqualTo(what);
        });
    }

    @Test
    void insertvol_asks_for_it_and_goes_on_when_the_robot_sees_it() throws Exception {
        events.add(() -> {
            assertThat(jobs.find(job.name()).orElseThrow().state()).isEqualTo(JobState.WAITING_FOR_OPERATOR);
            library.operatorPuts(cartridge(), SE3);
        });

        carrier(Prompt.OPERATOR).insert(NEW, SE3);

        assertThat(requests()).singleElement().satisfies(request -> {
            assertThat(request.question().kind()).isEqualTo(OperatorRequest.Kind.CARTRIDGE);
            assertThat(request.question().wanted())
                    .isEqualTo("put cartridge NEW001 into se3 of library vault, within PT1M");
        });
        assertThat(library.inventory().at(SE3).orElseThrow().barcode()).isEqualTo(NEW);
    }

    @Test
    void what_was_carried_before_is_seen_and_nobody_is_asked() throws Exception {
        library.operatorPuts(cartridge(), Element.slot(4));
        library.inventory();
        library.operatorMovesUnseen(Element.slot(4), SE3);

        carrier(Prompt.AUTOMATIC).insert(NEW, SE3);
        library.operatorMovesUnseen(SE1, Element.slot(4));
        assertThat(carrier(Prompt.AUTOMATIC).extract(SE1)).contains(new Barcode("A1"));
        assertThat(requests()).isEmpty();
    }

    @Test
    void an_answer_is_only_believed_when_the_robot_sees_it() throws Exception {
        answer(Reply.RETRY);
        answer(Reply.RETRY);
        events.add(() -> {
            library.operatorPuts(cartridge(), Element.slot(4));
            library.inventory();
            library.operatorMovesUnseen(Element.slot(4), SE3);
            jobs.reply(job.name(), null, Reply.RETRY, "jane");
        });

        carrier(Prompt.OPERATOR).insert(NEW, SE3);

        assertThat(requests())
                .hasSize(3)
                .allSatisfy(r -> assertThat(r.outcome()).isEqualTo("jane answered: retry"));
    }

    @Test
    void extractvol_moves_nothing_and_verifies_that_it_is_gone() throws Exception {
        answer(Reply.RETRY);
        events.add(() -> library.operatorTakes(SE1));

        assertThat(carrier(Prompt.OPERATOR).extract(SE1)).contains(new Barcode("A1"));

        assertThat(requests())
                .extracting(request -> request.question().wanted())
                .first()
                .isEqualTo("take cartridge A1 out of se1 of library vault, within PT1M");
        assertThat(requests()).hasSize(2);
        assertThat(library.inventory().at(SE1).orElseThrow().full()).isFalse();
    }

    @Test
    void wrong_places_and_wrong_cartridges_are_named_before_anybody_is_asked() throws Exception {
        Carrier carrier = carrier(Prompt.OPERATOR);
        fails(
                LibraryFault.DESTINATION_FULL,
                "can't put cartridge NEW001 into se1 of library vault: se1 holds cartridge A1",
                () -> carrier.insert(NEW, SE1));
        fails(
                LibraryFault.BARCODE_IN_USE,
                "can't put cartridge A2 into se3 of library vault: it is in se2",
                () -> carrier.insert(new Barcode("A2"), SE3));
        fails(
                LibraryFault.NO_SUCH_ELEMENT,
                "dte1 of library vault is no slot and no mail slot",
                () -> carrier.insert(NEW, Element.drive(1)));
        fails(
                LibraryFault.NO_SUCH_ELEMENT,
                "library vault has no element se9",
                () -> carrier.insert(NEW, Element.slot(9)));
        fails(
                LibraryFault.SOURCE_EMPTY,
                "can't take a cartridge out of se3 of library vault: se3 is empty",
                () -> carrier.extract(SE3));
        assertThat(requests()).isEmpty();
    }

    @Test
    @Tag("M16")
    void the_wrong_cartridge_in_the_right_place_is_reported_and_an_unreadable_one_warned_of() throws Exception {
        events.add(() -> library.operatorPuts(new MemoryCartridge("OTHER1", Capacity.ENDLESS), SE3));
        Carrier carrier = carrier(Prompt.OPERATOR);
        fails(
                LibraryFault.DESTINATION_FULL,
                "can't put cartridge NEW001 into se3 of library vault: se3 holds cartridge OTHER1",
                () -> carrier.insert(NEW, SE3));
        events.add(() -> {
            library.operatorPuts(new MemoryCartridge("DIRTY1", Capacity.ENDLESS), Element.slot(4));
            library.misread("DIRTY1", null);
        });
        carrier.insert(NEW, Element.slot(4));
        assertThat(job.end().cause())
                .isEqualTo(
                        "the barcode of the cartridge in se4 of library vault can't be read: it is taken for NEW001");
    }

    @Test
    @Tag("M5")
    void nobody_to_ask_nobody_in_time_and_a_refusal_are_failures_that_name_the_cartridge() throws Exception {
        fails(
                OperatorFault.NOT_CARRIED,
                "cartridge NEW001 is not in se3 of library vault, and with prompt=automatic there is nobody here to ask",
                () -> carrier(Prompt.AUTOMATIC).insert(NEW, SE3));
        assertThat(time.nanos()).isZero();
        fails(
                OperatorFault.NOT_CARRIED,
                "cartridge A1 is still in se1 of library vault after PT1M",
                () -> carrier(Prompt.OPERATOR).extract(SE1));
        answer(Reply.ABORT);
        fails(
                VolumeFault.DECLINED,
                "jane declined to put cartridge NEW001 into se3 of library vault",
                () -> carrier(Prompt.OPERATOR).insert(NEW, SE3));
    }
}
