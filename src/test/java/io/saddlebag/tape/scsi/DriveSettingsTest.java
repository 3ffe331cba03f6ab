package io.saddlebag.tape.scsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.library.scsi.QuickWaiter;
import io.saddlebag.scsi.TapeDensity;
import io.saddlebag.scsi.memory.SimulatedCartridge;
import io.saddlebag.scsi.memory.SimulatedTape;
import io.saddlebag.scsi.memory.TapeFaultKind;
import io.saddlebag.scsi.memory.TapeHabit;
import io.saddlebag.tape.TapeDrawing;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFault;
import io.saddlebag.tape.scsi.DriveOptions.Compaction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Density and compaction are what was asked for, or nothing is written. The simulated drive is an LTO-6. */
@Tag("M5")
class DriveSettingsTest {
    private static final int READ = 0x08;

    private static SimulatedTape tape(TapeHabit... habits) {
        return new SimulatedTape("drive1", 3, Set.of(habits)).insert(SimulatedCartridge.ofBlocks("SBG001L6", 100, 2));
    }

    private static ScsiTapeDrive loaded(SimulatedTape tape, DriveOptions options) throws IOException {
        ScsiTapeDrive drive = ScsiTapeDrive.open("drive1", tape, new QuickWaiter(), options);
        drive.load();
        return drive;
    }

    @Test
    void the_drive_chooses_when_nothing_is_asked_for() throws IOException {
        SimulatedTape tape = tape();

        loaded(tape, DriveOptions.DEFAULT.withDensity(TapeDensity.DEFAULT));

        assertThat(tape.density()).isEqualTo(TapeDensity.LTO6.code());
        assertThat(tape.isCompressing()).isTrue();
    }

    @Test
    void a_density_and_compaction_are_set_at_load() throws IOException {
        SimulatedTape tape = tape();

        loaded(tape, DriveOptions.DEFAULT.withDensity(TapeDensity.LTO5).withCompaction(Compaction.OFF));

        assertThat(tape.density()).isEqualTo(TapeDensity.LTO5.code());
        assertThat(tape.isCompressing()).isFalse();
        loaded(tape, DriveOptions.DEFAULT.withCompaction(Compaction.ON));
        assertThat(tape.isCompressing()).isTrue();
    }

    @Test
    void a_backup_may_ask_for_its_own() throws IOException {
        SimulatedTape tape = tape();
        ScsiTapeDrive drive = loaded(tape, DriveOptions.DEFAULT);

        drive.setDensity("LTO5", "NOCOMPACTION");

        assertThat(tape.density()).isEqualTo(TapeDensity.LTO5.code());
        assertThat(tape.isCompressing()).isFalse();
        assertThatThrownBy(() -> drive.setDensity("LTO4", "AS_IT_IS"))
                .hasMessageContaining("drive1 can't write density LTO4");
        assertThatThrownBy(() -> drive.setDensity("VHS", "AS_IT_IS"))
                .hasMessageContaining("knows no density 'VHS'")
                .hasMessageContaining("LTO5");
    }

    @Test
    void what_a_backup_asked_for_ends_with_its_mount() throws IOException {
        SimulatedTape tape = tape();
        ScsiTapeDrive drive = loaded(tape, DriveOptions.DEFAULT.withCompaction(Compaction.ON));
        drive.setDensity("LTO5", "NOCOMPACTION");

        drive.load();
        drive.rewind();

        assertThat(tape.density()).isEqualTo(TapeDensity.LTO6.code());
        assertThat(tape.isCompressing()).isTrue();
    }

    @Test
    void they_are_set_again_after_a_reset() throws IOException {
        SimulatedTape tape = tape();
        ScsiTapeDrive drive =
                loaded(tape, DriveOptions.DEFAULT.withDensity(TapeDensity.LTO5).withCompaction(Compaction.OFF));
        TapeDrawing.write(drive, "ab|#");
        tape.next(READ, TapeFaultKind.RESET);
        assertThatThrownBy(() -> drive.read(ByteBuffer.allocate(4))).isInstanceOf(TapeException.class);
        assertThat(tape.isCompressing()).isTrue();

        drive.rewind();

        assertThat(tape.density()).isEqualTo(TapeDensity.LTO5.code());
        assertThat(tape.isCompressing()).isFalse();
    }

    @Test
    void a_density_that_the_drive_does_not_have_is_refused_by_its_name() {
        assertThatThrownBy(() -> loaded(tape(), DriveOptions.DEFAULT.withDensity(TapeDensity.LTO4)))
                .hasMessageContaining("drive drive1 can't write density LTO4 (46h), but LTO5 (58h) and LTO6 (5ah)");
        refuses(tape(), DriveOptions.DEFAULT.withDensity(TapeDensity.DDS4));
        refuses(tape(TapeHabit.NO_DENSITY_REPORT), DriveOptions.DEFAULT.withDensity(TapeDensity.DDS4));
    }

    @Test
    void a_drive_that_can_not_be_told_about_compaction_refuses_either() {
        for (Compaction compaction : new Compaction[] {Compaction.ON, Compaction.OFF}) {
            assertThatThrownBy(() ->
                            loaded(tape(TapeHabit.NO_COMPRESSION), DriveOptions.DEFAULT.withCompaction(compaction)))
                    .hasMessageContaining("drive drive1 can't be told whether to compress");
        }
    }

    @Test
    void nothing_is_written_when_a_setting_was_refused() throws IOException {
        SimulatedTape tape = tape();
        ScsiTapeDrive drive = ScsiTapeDrive.open(
                "drive1", tape, new QuickWaiter(), DriveOptions.DEFAULT.withDensity(TapeDensity.LTO4));
        assertThatThrownBy(drive::load).isInstanceOf(TapeException.class);

        assertThatThrownBy(() -> drive.write(TapeDrawing.block("ab"))).isInstanceOf(TapeException.class);
        assertThat(tape.writes()).isEmpty();
    }

    private static void refuses(SimulatedTape tape, DriveOptions options) {
        assertThatThrownBy(() -> loaded(tape, options))
                .isInstanceOfSatisfying(
                        TapeException.class, e -> assertThat(e.code()).isEqualTo(TapeFault.BAD_DENSITY));
    }
}
