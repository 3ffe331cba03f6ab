package io.saddlebag.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.host.Waiter;
import io.saddlebag.library.Barcode;
import io.saddlebag.library.Element;
import io.saddlebag.library.ElementStatus;
import io.saddlebag.library.scsi.QuickWaiter;
import io.saddlebag.scsi.memory.ChangerPlan;
import io.saddlebag.scsi.memory.SimulatedTape;
import io.saddlebag.scsi.memory.SimulatedTape.Cleaner;
import io.saddlebag.scsi.memory.SimulatedTape.CleaningWords;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Drives that clean themselves for minutes, as real ones do, and don't give the cartridge away meanwhile. Time is simulated. */
@Tag("M17")
class ScsiCleaningTest {
    private static final int TEST_UNIT_READY = 0x00;
    private static final Barcode CLN = new Barcode("CLN001L6");
    private static final Duration FOUR_MINUTES = Duration.ofMinutes(4);

    private final QuickWaiter waiter = new QuickWaiter();

    private ScsiSite site(ChangerPlan.Habit... habits) {
        return new ScsiSite(ScsiSite.Layout.of(200, "A1", CLN.value()), new MemoryVolumeRegister(), habits);
    }

    private ScsiSite.Program open(ScsiSite site) throws IOException {
        return site.open(new ScsiSite.Visitor("p", waiter, site.locks, site.register, false));
    }

    private void takes(ScsiSite site, Duration time) {
        site.cleaner(new Cleaner(time, CleaningWords.CLEANING_CARTRIDGE, false), waiter::nanos);
    }

    private Duration passed() {
        return Duration.ofNanos(waiter.nanos());
    }

    private static Map<String, String> places(ScsiSite.Program program) throws IOException {
        Map<String, String> all = new TreeMap<>();
        for (ElementStatus each : program.plain.inventory().elements()) {
            if (each.full()) {
                all.put(String.valueOf(each.barcode()), each.element().toString());
            }
        }
        return all;
    }

    @ParameterizedTest
    @CsvSource({
        "CLEANING_CARTRIDGE, false, PLAIN",
        "CLEANING_CARTRIDGE, false, SAYS_OUT_OF_REACH",
        "BECOMING_READY, false, SAYS_OUT_OF_REACH",
        "CLEANING_CARTRIDGE, true, SAYS_OUT_OF_REACH",
        "CLEANING_CARTRIDGE, true, PLAIN",
    })
    void a_backup_waits_until_its_drive_is_clean_and_then_goes_on(
            CleaningWords words, boolean keeps, ChangerPlan.Habit robot) throws Exception {
        ScsiSite site = site(robot);
        site.cleaner(new Cleaner(FOUR_MINUTES, words, keeps), waiter::nanos);
        site.tape(1).alert(20);

        try (ScsiSite.Program program = open(site)) {
            StoredImage image = program.append("one", null, "data");

            assertThat(program.read(image)).isEqualTo("data");
            assertThat(places(program)).containsEntry(CLN.value(), "se2").containsEntry("A1", "dte1");
        }
        assertThat(passed()).isBetween(FOUR_MINUTES, Duration.ofMinutes(keeps ? 12 : 5));
        assertThat(site.cleaning.uses(CLN)).isEqualTo(1);
        assertThat(site.cleaning.asked("drive1")).isFalse();
        assertThat(site.notes).contains("p: drive drive1 was cleaned with CLN001L6, use 1 of 50");
        assertThat(site.tape(1).count(TEST_UNIT_READY))
                .as("the drive was asked")
                .isGreaterThan(20);
    }

    @Test
    void a_drive_that_was_unloaded_before_is_asked_all_the_same() throws Exception {
        ScsiSite site = site(ChangerPlan.Habit.SAYS_OUT_OF_REACH);
        takes(site, FOUR_MINUTES);
        try (ScsiSite.Program program = open(site)) {
            program.append("one", null, "data");
            program.store.close();
            program.plain.drives().get(Element.drive(1)).unload();
            site.tape(1).alert(20);
            program.library.move(Element.drive(1), Element.slot(1));

            assertThat(places(program)).containsEntry(CLN.value(), "se2").containsEntry("A1", "se1");
            assertThat(site.changer.refusals())
                    .as("the robot is not sent while the drive is at work")
                    .isZero();
        }
        assertThat(site.cleaning.uses(CLN)).isEqualTo(1);
        assertThat(passed()).isGreaterThanOrEqualTo(FOUR_MINUTES);
    }

    @Test
    void a_cleaning_that_does_not_end_fails_the_load_with_words_of_its_own() throws Exception {
        ScsiSite site = site();
        takes(site, Duration.ofHours(3));
        site.tape(1).alert(20);
        try (ScsiSite.Program program = open(site)) {
            assertThatThrownBy(() -> program.append("one", null, "data"))
                    .hasMessageContaining(
                            "SBG-M032 drive drive1 has cleaning cartridge CLN001L6 in it after 20 minutes")
                    .hasMessageContaining("unloadvol dte1 se2");

            assertThat(passed()).isBetween(Duration.ofMinutes(20), Duration.ofMinutes(45));
            assertThat(places(program)).containsEntry(CLN.value(), "dte1").containsEntry("A1", "se1");
            assertThat(site.cleaning.asked("drive1")).isTrue();

            waiter.await(Duration.ofHours(3));
            takes(site, FOUR_MINUTES);
            StoredImage image = program.append("two", null, "data");

            assertThat(program.read(image)).isEqualTo("data");
            assertThat(places(program)).containsEntry("A1", "dte1").containsValue("se2");
        }
        assertThat(site.cleaning.asked("drive1")).isFalse();
    }

    @Test
    void an_unload_is_done_when_a_cleaning_behind_it_does_not_end_and_that_is_noted() throws Exception {
        ScsiSite site = site();
        takes(site, Duration.ofHours(3));
        try (ScsiSite.Program program = open(site)) {
            program.append("one", null, "data");
            program.store.close();
            program.plain.drives().get(Element.drive(1)).unload();
            site.tape(1).alert(20);

            program.library.move(Element.drive(1), Element.slot(1));

            assertThat(places(program)).containsEntry("A1", "se1").containsEntry(CLN.value(), "dte1");
        }
        assertThat(site.notes)
                .anyMatch(note -> note.startsWith(
                        "p: drive drive1 was not cleaned: drive drive1 has cleaning cartridge CLN001L6 in it"));
    }

    @Test
    void a_cartridge_that_somebody_took_out_meanwhile_holds_nobody_up() throws Exception {
        ScsiSite site = site();
        SimulatedTape tape = site.tape(1);
        takes(site, FOUR_MINUTES);
        tape.alert(20);
        Waiter somebody = new Waiter() {
            @Override
            public void await(Duration duration) {
                waiter.await(duration);
                if (tape.hasCleaner() && !tape.isLoaded()) {
                    site.changer.operatorTakes(site.changer.placeOf(CLN.value()));
                }
            }

            @Override
            public long nanos() {
                return waiter.nanos();
            }
        };
        try (ScsiSite.Program program =
                site.open(new ScsiSite.Visitor("p", somebody, site.locks, site.register, false))) {
            StoredImage image = program.append("one", null, "data");

            assertThat(program.read(image)).isEqualTo("data");
            assertThat(places(program)).doesNotContainKey(CLN.value());
        }
        assertThat(site.notes)
                .contains("p: cleaning cartridge CLN001L6 was taken out of drive drive1 by somebody else");
    }
}
