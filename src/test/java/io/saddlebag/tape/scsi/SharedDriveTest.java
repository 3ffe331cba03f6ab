package io.saddlebag.tape.scsi;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.library.scsi.QuickWaiter;
import io.saddlebag.scsi.ScsiTransport;
import io.saddlebag.scsi.TapeDensity;
import io.saddlebag.scsi.memory.SimulatedCartridge;
import io.saddlebag.scsi.memory.SimulatedTape;
import io.saddlebag.tape.TapeDrawing;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Processes that use one drive after the other: what one believes of it from before is not what the other left. */
@Tag("M19")
@Tag("Q11")
class SharedDriveTest {
    private final SimulatedTape tape = new SimulatedTape("drive1", 3, Set.of());

    private ScsiTapeDrive program(ScsiTransport way, DriveOptions options) throws IOException {
        return ScsiTapeDrive.open("drive1", way, new QuickWaiter(), options);
    }

    private ScsiTapeDrive program() throws IOException {
        return program(tape, DriveOptions.DEFAULT);
    }

    private void insert(String name, int blocks) {
        tape.insert(SimulatedCartridge.ofBlocks(name, blocks, 10));
    }

    @Test
    void a_cartridge_that_the_other_one_loaded_is_unloaded() throws IOException {
        ScsiTapeDrive mine = program();
        insert("A1", 10);
        mine.load();
        mine.unload();
        tape.remove();
        insert("B2", 10);
        program().load();

        assertThat(mine.state().loaded()).isTrue();
        mine.unload();

        assertThat(tape.isLoaded()).isFalse();
    }

    @Test
    @Tag("M5")
    void settings_of_the_other_one_are_not_written_with() throws IOException {
        insert("A1", 10);
        ScsiTapeDrive mine = program(tape, DriveOptions.DEFAULT.withCompaction(DriveOptions.Compaction.ON));
        mine.load();
        program(tape, DriveOptions.DEFAULT.withDensity(TapeDensity.LTO5).withCompaction(DriveOptions.Compaction.OFF))
                .load();
        assertThat(tape.isCompressing()).isFalse();

        mine.load();
        mine.rewind();
        TapeDrawing.write(mine, "ab|#");

        assertThat(tape.isCompressing()).isTrue();
    }

    @Test
    @Tag("M6")
    void a_cartridge_that_is_full_says_nothing_of_the_one_that_the_other_program_loaded() throws IOException {
        ScsiTapeDrive mine = program();
        insert("A1", 2);
        mine.load();
        TapeDrawing.write(mine, "ab|cd|ef|#");
        assertThat(mine.position().pastEarlyWarning()).isTrue();
        ScsiTapeDrive other = program();
        other.unload();
        tape.remove();
        insert("B2", 10);
        other.load();
        TapeDrawing.write(other, "ab|cd|ef|#");

        mine.load();
        mine.rewind();
        mine.spaceToEndOfData();

        assertThat(mine.position().pastEarlyWarning()).isFalse();
    }

    @Test
    void what_each_session_hears_of_the_others_doings_is_no_failure_at_the_next_load() throws IOException {
        ScsiTapeDrive mine = program(tape.session(), DriveOptions.DEFAULT);
        insert("A1", 10);
        mine.load();
        ScsiTapeDrive other = program(tape.session(), DriveOptions.DEFAULT);
        other.unload();
        tape.remove();
        insert("B2", 10);
        other.load();
        TapeDrawing.write(other, "ab|#");

        mine.load();
        mine.rewind();

        assertThat(TapeDrawing.rest(mine)).isEqualTo("ab|#");
    }
}
