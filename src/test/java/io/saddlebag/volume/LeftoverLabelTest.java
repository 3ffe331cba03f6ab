package io.saddlebag.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.library.Barcode;
import io.saddlebag.media.MediaFamily;
import io.saddlebag.media.Volume;
import io.saddlebag.media.VolumeId;
import io.saddlebag.media.VolumeLabel;
import io.saddlebag.scsi.memory.ChangerFault;
import io.saddlebag.scsi.memory.TapeFaultKind;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A cartridge that failed while it was labelled may have the label all the same. */
@Tag("M16")
@Tag("Q11")
class LeftoverLabelTest {
    private static final int WRITE_FILEMARKS = 0x10;
    /** Of the first volume's label, the image's label, its data and the end of its first section. */
    private static final int MARKS_BEFORE_THE_SECOND_LABEL = 4;

    /** How much of the label reaches the medium is the seed's choice. */
    private static final int SEEDS = 30;

    private static final String IMAGE = "x".repeat(4 * 30);
    private static final MediaFamily YEARLY = new MediaFamily("yearly", null, null, MediaFamily.Expiration.TIME);

    private static ScsiSite site(long seed) {
        return new ScsiSite(
                ScsiSite.Layout.of(40, "A1", "B2", "C3").seed(seed), new MemoryVolumeRegister().with(YEARLY));
    }

    private static boolean isLabelled(ScsiSite site, String barcode, String id) {
        String drawing = site.cartridge(barcode).drawing();
        return drawing.startsWith("VOL1" + id.substring(3)) && drawing.split("\\|").length >= VolumeLabel.RECORDS;
    }

    @Test
    @Tag("M20")
    void its_id_is_given_to_no_other() throws Exception {
        int labelled = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            ScsiSite site = site(seed);
            site.tape(1).at(WRITE_FILEMARKS, 1, TapeFaultKind.DEFERRED_ERROR);

            StoredImage stored = site.open("p").append("one", null, "abcdefgh");

            assertThat(stored.sections()).extracting(StoredSection::volume).containsExactly(new VolumeId("VOL000002"));
            assertThat(site.register.find(new Barcode("A1")))
                    .get()
                    .extracting(Volume::id, Volume::state)
                    .containsExactly(new VolumeId("VOL000001"), Volume.State.SUSPECT);
            assertThat(isLabelled(site, "B2", "VOL000002")).isTrue();
            labelled += isLabelled(site, "A1", "VOL000001") ? 1 : 0;
        }
        assertThat(labelled).as("how often the label was there").isPositive();
    }

    /** Two sections on A1 and C3, and perhaps the second volume's label on B2, too. */
    private static StoredImage spanningWithAFailure(ScsiSite site, ScsiSite.Program program)
            throws IOException, InterruptedException {
        site.tape(1).at(WRITE_FILEMARKS, MARKS_BEFORE_THE_SECOND_LABEL + 1, TapeFaultKind.DEFERRED_ERROR);
        StoredImage stored = program.append("two", null, IMAGE);
        assertThat(stored.sections())
                .extracting(StoredSection::volume)
                .containsExactly(new VolumeId("VOL000001"), new VolumeId("VOL000002"));
        return stored;
    }

    @Test
    @Tag("M15")
    void the_volume_that_took_its_place_is_not_blamed() throws Exception {
        int labelled = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            ScsiSite site = site(seed);
            try (ScsiSite.Program program = site.open("p")) {
                spanningWithAFailure(site, program);
                program.append("three", null, "abcd");
                if (isLabelled(site, "B2", "VOL000002")) {
                    labelled++;
                    // the only one that is left
                    assertThatThrownBy(() -> program.append("four", YEARLY.name(), "efgh"))
                            .isInstanceOf(VolumeException.class);
                    assertThat(site.notes).anyMatch(note -> note.contains("has the label of volume VOL000002"));
                }
            }
            assertThat(site.register.find(new VolumeId("VOL000002")))
                    .get()
                    .satisfies(volume -> assertThat(volume.barcode()).isEqualTo(new Barcode("C3")))
                    .satisfies(volume -> assertThat(volume.state()).isNotEqualTo(Volume.State.SUSPECT));
        }
        assertThat(labelled).as("how often the label was there").isPositive();
    }

    @Test
    @Tag("M20")
    void it_is_not_taken_for_the_volume_where_there_are_no_barcodes() throws Exception {
        int labelled = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            ScsiSite site = site(seed);
            site.changer.next(ChangerFault.REFUSES_TAGS);
            StoredImage stored;
            try (ScsiSite.Program program = site.open("p")) {
                stored = spanningWithAFailure(site, program);
            }
            try (ScsiSite.Program program = site.open("q")) {
                assertThat(program.read(stored)).isEqualTo(IMAGE);
            }
            labelled += isLabelled(site, "B2", "VOL000002") ? 1 : 0;
        }
        assertThat(labelled).as("how often the label was there").isPositive();
    }
}
