package io.saddlebag.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.media.Volume;
import io.saddlebag.quantity.BlockSize;
import io.saddlebag.scsi.memory.TapeFaultKind;
import io.saddlebag.scsi.memory.TapeHabit;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFault;
import io.saddlebag.tape.scsi.DriveOptions;
import io.saddlebag.tapeoption.TapeOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Images over a way on which bits change, with logical block protection. */
@Tag("M7")
class ProtectedWayTest {
    private static final int READ = 0x08;
    private static final int WRITE = 0x0a;
    private static final String DATA = "abcdefghijklmnopqrstuvwxyz";

    private final ScsiSite site = new ScsiSite(
            ScsiSite.Layout.of(200, "A1", "B2").like(Set.of(TapeHabit.CRC32C), DriveOptions.DEFAULT),
            new MemoryVolumeRegister());

    /** Blocks of 84 bytes, of which 4 are data. */
    private static StoredImage appendFramed(ScsiSite.Program program, String id, int groupSize) throws Exception {
        TapeOptions options = TapeOptions.parse(
                Map.of("format", "new_tape", "crc", "autodin-ii", "groupSize", String.valueOf(groupSize)));
        InputStream data = new ByteArrayInputStream(DATA.getBytes(StandardCharsets.US_ASCII));
        return program.store.append(Tapes.image(id), null, options, data, ProgressListener.SILENT);
    }

    @Test
    void the_transcript_says_that_blocks_are_protected_on_their_way() throws Exception {
        try (ScsiSite.Program program = site.open("p")) {
            StoredImage image = program.append("one", null, DATA);
            assertThat(program.read(image)).isEqualTo(DATA);
        }

        assertThat(site.notes).contains("p: drive drive1: logical block protection is on, CRC-32C");
    }

    @Test
    void a_block_that_did_not_arrive_is_rebuilt_from_its_group() throws Exception {
        try (ScsiSite.Program program = site.open("p", new BlockSize(84))) {
            StoredImage image = appendFramed(program, "one", 3);
            program.store.close();
            int reads = site.tape(1).count(READ);
            assertThat(program.read(image)).isEqualTo(DATA);
            int needed = site.tape(1).count(READ) - reads;
            int rebuilt = 0;
            for (int n = 1; n <= needed; n++) {
                site.notes.clear();
                program.store.close();
                site.tape(1).at(READ, site.tape(1).count(READ) + n, TapeFaultKind.FLIPPED_BIT);
                String read;
                try {
                    read = program.read(image);
                } catch (IOException e) {
                    // labels have no group
                    assertThat(e).hasMessageContaining("does not fit the sum behind it");
                    continue;
                }
                assertThat(read).isEqualTo(DATA);
                rebuilt += site.notes.stream()
                                .anyMatch(note -> note.contains("does not fit the sum behind it")
                                        && note.contains("reading goes on behind it"))
                        ? 1
                        : 0;
            }
            assertThat(rebuilt).isEqualTo((int) image.sections().get(0).blocks());
        }
    }

    @Test
    void without_a_group_it_fails_loudly_and_a_repeat_succeeds() throws Exception {
        try (ScsiSite.Program program = site.open("p")) {
            StoredImage image = program.append("one", null, DATA);
            assertThat(program.read(image)).isEqualTo(DATA);
            site.tape(1).at(READ, site.tape(1).count(READ) + 4, TapeFaultKind.FLIPPED_BIT);

            assertThatThrownBy(() -> program.read(image))
                    .hasRootCauseInstanceOf(TapeException.class)
                    .satisfies(e ->
                            assertThat(((TapeException) e.getCause()).code()).isEqualTo(TapeFault.DAMAGED_ON_THE_WAY));

            assertThat(program.read(image)).isEqualTo(DATA);
        }
    }

    @Test
    void a_block_that_the_drive_refused_fails_the_image_and_not_the_volume() throws Exception {
        try (ScsiSite.Program program = site.open("p")) {
            StoredImage before = program.append("one", null, DATA);
            site.tape(1).at(WRITE, site.tape(1).count(WRITE) + 8, TapeFaultKind.FLIPPED_BIT);

            assertThatThrownBy(() -> program.append("two", null, DATA))
                    .isInstanceOfSatisfying(
                            VolumeException.class, e -> assertThat(e.code()).isEqualTo(VolumeFault.WRITE_FAILED))
                    .hasMessageContaining("did not arrive as it was sent and was not written")
                    .hasMessageContaining("Look at cables");

            assertThat(site.register.volumes()).extracting(Volume::state).containsExactly(Volume.State.APPENDABLE);
            StoredImage again = program.append("three", null, DATA);
            assertThat(again.sections().get(0).volume())
                    .isEqualTo(before.sections().get(0).volume());
            assertThat(program.read(before)).isEqualTo(DATA);
            assertThat(program.read(again)).isEqualTo(DATA);
        }
    }
}
