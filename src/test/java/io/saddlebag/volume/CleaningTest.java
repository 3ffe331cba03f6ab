package io.saddlebag.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.host.Waiter;
import io.saddlebag.library.Barcode;
import io.saddlebag.library.Element;
import io.saddlebag.library.memory.MemoryLibrary;
import io.saddlebag.library.memory.RobotFault;
import io.saddlebag.library.memory.RobotOperation;
import io.saddlebag.tape.TapeAlert;
import io.saddlebag.tape.memory.Capacity;
import io.saddlebag.tape.memory.FaultPlan;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Drives are cleaned when they ask, on their interval or by order, and what was going on goes on. */
@Tag("M17")
class CleaningTest {
    private static final Element SE1 = Element.slot(1);
    private static final Element DTE1 = Element.drive(1);
    private static final Barcode CLN1 = new Barcode("CLN001L1");
    private static final Barcode CLN2 = new Barcode("CLN002L1");

    private final FaultPlan faults = FaultPlan.none();
    private final MemoryLibrary inner = MemoryLibrary.named("lib")
            .slots(6)
            .cartridges("A1", "CLN001L1", "CLN002L1")
            .capacity(Capacity.ofBlocks(100, 40))
            .faults(faults)
            .build();
    private final MemoryCleaningLog log = new MemoryCleaningLog();
    private final Tapes.TestClock clock = new Tapes.TestClock();
    private final List<String> notes = new ArrayList<>();
    private Cleaning cleaning = cleaning(Map.of());
    private CleaningLibrary library = new CleaningLibrary(inner, cleaning);

    private Cleaning cleaning(Map<String, Duration> intervals) {
        return new Cleaning(
                inner,
                log,
                new Cleaning.Settings(2, intervals, Duration.ofMinutes(20)),
                notes::add,
                clock,
                new Waiter() {
                    private long nanos;

                    @Override
                    public void await(Duration duration) {
                        nanos += duration.toNanos();
                    }

                    @Override
                    public long nanos() {
                        return nanos;
                    }
                });
    }

    @Test
    void a_drive_that_asks_is_cleaned_before_the_load_which_then_goes_on() throws IOException {
        inner.drive(1).raise(TapeAlert.CLEAN_PERIODIC);

        library.move(SE1, DTE1);

        assertThat(inner.placeOf("A1")).isEqualTo(DTE1);
        assertThat(inner.placeOf("CLN001L1")).isEqualTo(Element.slot(2));
        assertThat(log.uses(CLN1)).isEqualTo(1);
        assertThat(log.asked("lib-drive1")).isFalse();
        assertThat(notes)
                .containsExactly(
                        "drive lib-drive1: the drive is due for cleaning",
                        "drive lib-drive1 was cleaned with CLN001L1, use 1 of 2");
    }

    @Test
    void a_drive_that_asked_while_it_worked_is_cleaned_after_the_unload() throws IOException {
        library.move(SE1, DTE1);
        inner.drive(1).raise(TapeAlert.CLEAN_NOW);

        library.move(DTE1, SE1);

        assertThat(inner.placeOf("A1")).isEqualTo(SE1);
        assertThat(log.uses(CLN1)).isEqualTo(1);
    }

    @Test
    void cartridges_are_used_up_one_by_one_and_no_more() throws IOException {
        for (int i = 0; i < 5; i++) {
            inner.drive(1).raise(TapeAlert.CLEAN_NOW);
            library.move(SE1, DTE1);
            library.move(DTE1, SE1);
        }

        assertThat(log.uses(CLN1)).isEqualTo(2);
        assertThat(log.uses(CLN2)).isEqualTo(2);
        assertThat(log.asked("lib-drive1")).as("remembered until there is one").isTrue();
        assertThat(notes)
                .contains("drive lib-drive1 needs cleaning, but library lib has no cleaning cartridge with uses left"
                        + " (CLN001L1 is used up after 2 uses; CLN002L1 is used up after 2 uses)");
    }

    @Test
    void a_cartridge_that_the_drive_calls_bad_is_retired_and_the_next_one_taken() throws IOException {
        log.ask("lib-drive1", clock.instant());
        inner.drive(1).raise(TapeAlert.EXPIRED_CLEANING_MEDIA);

        cleaning.clean(DTE1, inner.drive(1));

        assertThat(log.retired(CLN1)).contains("the cleaning cartridge is used up");
        assertThat(log.uses(CLN2)).isEqualTo(1);
        assertThat(log.asked("lib-drive1")).isFalse();
    }

    @Test
    void a_use_is_counted_also_when_the_robot_fails() {
        faults.at(RobotOperation.MOVE, 1, RobotFault.ROBOT_ERROR);
        inner.drive(1).raise(TapeAlert.CLEAN_NOW);

        assertThatThrownBy(() -> library.move(SE1, DTE1)).hasMessageContaining("SBG-L009");

        assertThat(log.uses(CLN1)).isEqualTo(1);
        assertThat(log.asked("lib-drive1")).isTrue();
        assertThat(inner.placeOf("A1")).isEqualTo(SE1);
    }

    @Test
    void an_unload_that_is_done_is_not_failed_by_what_cleaning_meets() throws IOException {
        library.move(SE1, DTE1);
        faults.at(RobotOperation.MOVE, 3, RobotFault.ROBOT_ERROR);
        inner.drive(1).raise(TapeAlert.CLEAN_NOW);

        library.move(DTE1, SE1);

        assertThat(inner.placeOf("A1")).isEqualTo(SE1);
        assertThat(notes).anyMatch(note -> note.startsWith("drive lib-drive1 was not cleaned: "));
    }

    @Test
    void a_move_that_is_refused_cleans_nothing() {
        inner.drive(1).raise(TapeAlert.CLEAN_NOW);
        assertThatThrownBy(() -> library.move(Element.slot(5), DTE1)).hasMessageContaining("SBG-L001");
        assertThatThrownBy(() -> library.move(new Barcode("B2"), SE1, DTE1)).hasMessageContaining("SBG-L007");
        assertThat(log.uses(CLN1)).isZero();
    }

    @Test
    void a_drive_is_cleaned_on_its_interval() throws IOException {
        cleaning = cleaning(Map.of("lib-drive1", Duration.ofDays(30)));
        library = new CleaningLibrary(inner, cleaning);
        library.move(SE1, DTE1);
        library.move(DTE1, SE1);
        assertThat(log.uses(CLN1)).isZero();

        clock.passes(Duration.ofDays(30));
        library.move(SE1, DTE1);
        library.move(DTE1, SE1);

        assertThat(log.uses(CLN1)).isEqualTo(1);
    }

    @Test
    @Tag("M15")
    void a_backup_goes_on_after_its_drive_was_cleaned_and_never_takes_a_cleaning_cartridge() throws Exception {
        inner.drive(1).raise(TapeAlert.CLEAN_NOW);
        MemoryVolumeRegister register = new MemoryVolumeRegister();
        try (TapeStore store = new TapeStore(library, register, Dependents.NONE, Attendants.NONE, clock, Tapes.FOUR)) {
            StoredImage image = store.append(
                    Tapes.image("one"),
                    null,
                    new ByteArrayInputStream("data".getBytes(StandardCharsets.US_ASCII)),
                    ProgressListener.SILENT);
            assertThat(new String(store.read("one", image.sections()).readAllBytes(), StandardCharsets.US_ASCII))
                    .isEqualTo("data");
        }
        assertThat(register.volumes()).extracting(v -> v.barcode().value()).containsExactly("A1");
        assertThat(log.uses(CLN1)).isEqualTo(1);
        assertThat(inner.drawing("CLN001L1")).isEmpty();
    }

    @Nested
    class Log extends CleaningLogContract {
        @Override
        protected CleaningLog log() {
            return new MemoryCleaningLog();
        }
    }
}
