package io.saddlebag.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.library.Element;
import io.saddlebag.scsi.memory.SimulatedTape;
import io.saddlebag.scsi.memory.TapeFaultKind;
import io.saddlebag.scsi.memory.TapeHabit;
import io.saddlebag.tape.scsi.DriveOptions;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Somebody stands before the drive while it is used. */
@Tag("M3")
class EjectButtonTest {
    private static final int PREVENT_ALLOW = 0x1e;
    private static final String DATA = "abcdefghijklmnop";

    private static ScsiSite site(TapeHabit... habits) {
        return new ScsiSite(
                ScsiSite.Layout.of(200, "A1", "B2").like(Set.of(habits), DriveOptions.DEFAULT),
                new MemoryVolumeRegister());
    }

    /** Presses the button when the image's end is near. */
    private static InputStream pressing(SimulatedTape tape, List<Boolean> ejected) {
        InputStream data = new ByteArrayInputStream(DATA.getBytes(StandardCharsets.US_ASCII));
        return new FilterInputStream(data) {
            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                ejected.add(tape.pressEject());
                return super.read(into, offset, Math.min(length, 4));
            }
        };
    }

    @Test
    void the_button_works_between_jobs_only() throws Exception {
        ScsiSite site = site();
        List<Boolean> ejected = new java.util.ArrayList<>();
        try (ScsiSite.Program program = site.open("p")) {
            StoredImage image = program.append("one", null, pressing(site.tape(1), ejected), ProgressListener.SILENT);
            assertThat(ejected).hasSizeGreaterThan(3).containsOnly(false);
            assertThat(program.read(image)).isEqualTo(DATA);

            program.store.close();

            assertThat(site.tape(1).pressEject()).isTrue();
            assertThat(program.read(image)).isEqualTo(DATA);
        }
        assertThat(site.notes).noneMatch(note -> note.contains("eject button"));
    }

    @Test
    void it_works_again_after_a_job_that_failed() throws Exception {
        ScsiSite site = site();
        try (ScsiSite.Program program = site.open("p")) {
            InputStream broken = new InputStream() {
                @Override
                public int read() throws IOException {
                    return read(new byte[1], 0, 1);
                }

                @Override
                public int read(byte[] into, int offset, int length) throws IOException {
                    assertThat(site.tape(1).pressEject()).isFalse();
                    throw new IOException("the source is gone");
                }
            };
            assertThatThrownBy(() -> program.append("one", null, broken, ProgressListener.SILENT))
                    .hasMessageContaining("SBG-M008");
            program.store.close();
        }
        assertThat(site.tape(1).pressEject()).isTrue();
    }

    @Test
    void the_drive_is_told_before_it_unloads() throws Exception {
        ScsiSite site = site();
        try (ScsiSite.Program program = site.open("p")) {
            program.append("one", null, DATA);
            program.plain.drives().get(Element.drive(1)).unload();
        }
        List<String> log = site.tape(1).log();
        assertThat(log.subList(log.size() - 2, log.size())).containsExactly("ALLOW MEDIUM REMOVAL", "UNLOAD");
        assertThat(log.indexOf("PREVENT MEDIUM REMOVAL")).isBetween(0, log.indexOf("WRITE(6)"));
    }

    @Test
    void what_a_process_that_died_left_locked_is_unlocked_by_the_next_unload() throws Exception {
        ScsiSite site = site();
        site.open("dies").append("one", null, DATA);
        assertThat(site.tape(1).pressEject()).isFalse();

        try (ScsiSite.Program program = site.open("next")) {
            program.plain.drives().get(Element.drive(1)).unload();
            assertThat(site.tape(1).isLoaded()).isFalse();
        }
    }

    @Test
    void a_drive_that_can_t_lock_is_used_all_the_same_and_that_is_noted() throws Exception {
        ScsiSite site = site(TapeHabit.NO_PREVENT);
        try (ScsiSite.Program program = site.open("p")) {
            StoredImage image = program.append("one", null, DATA);
            assertThat(program.read(image)).isEqualTo(DATA);
        }
        assertThat(site.notes)
                .contains("p: drive drive1 doesn't lock its cartridge in: its eject button works while it is used");
    }

    @Test
    void news_in_the_answer_to_the_lock_are_heard_all_the_same() throws Exception {
        ScsiSite site = site();
        try (ScsiSite.Program program = site.open("p")) {
            site.tape(1).at(PREVENT_ALLOW, 1, TapeFaultKind.MEDIUM_CHANGED);

            assertThatThrownBy(() -> program.append("one", null, DATA)).hasMessageContaining("SBG-T");

            assertThat(site.tape(1).struck()).containsExactly(TapeFaultKind.MEDIUM_CHANGED);
            program.store.close();
            StoredImage again = program.append("two", null, DATA);
            assertThat(program.read(again)).isEqualTo(DATA);
        }
    }

    @Test
    void a_drive_that_was_reset_is_locked_anew() throws Exception {
        ScsiSite site = site();
        try (ScsiSite.Program program = site.open("p")) {
            program.append("one", null, DATA);
            program.store.close();
            site.tape(1).reset();

            InputStream data = pressing(site.tape(1), new java.util.ArrayList<>());
            StoredImage image = program.append("two", null, data, ProgressListener.SILENT);

            assertThat(program.read(image)).isEqualTo(DATA);
        }
    }
}
