package io.saddlebag.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.media.Volume;
import io.saddlebag.tape.memory.Capacity;
import io.saddlebag.tape.memory.MemoryCartridge;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SpanningTest {
    private static List<String> labels(StoredImage... images) {
        List<String> labels = new ArrayList<>();
        for (StoredImage image : images) {
            image.sections()
                    .forEach(s -> labels.add("%s file %d sect %d seq %d"
                            .formatted(s.volume(), s.fileNumber(), s.section(), s.volumeSequence())));
        }
        return labels;
    }

    @Test
    @Tag("M11")
    @Tag("M8")
    void three_images_over_two_volumes_carry_the_labels_of_the_guides_example() throws Exception {
        Tapes tapes = Tapes.with(b -> b.capacity(Capacity.ofBlocks(55, Tapes.MARGIN)), "A1", "A2");
        tapes.register.startingAt("VOL", 13);

        StoredImage one = tapes.append("one", Tapes.letters(20));
        StoredImage two = tapes.append("two", Tapes.letters(100));
        StoredImage three = tapes.append("three", Tapes.letters(7));

        assertThat(labels(one, two, three))
                .containsExactly(
                        "VOL000014 file 1 sect 1 seq 1",
                        "VOL000014 file 2 sect 1 seq 1",
                        "VOL000015 file 2 sect 2 seq 2",
                        "VOL000015 file 3 sect 1 seq 2");
        assertThat(tapes.read(one)).isEqualTo(Tapes.letters(20));
        assertThat(tapes.read(two)).isEqualTo(Tapes.letters(100));
        assertThat(tapes.read(three)).isEqualTo(Tapes.letters(7));
        assertThat(tapes.library.drawing("A1")).contains("UTL4VOL000015 ").endsWith("|#|#");
        assertThat(tapes.volume("VOL000014").state()).isEqualTo(Volume.State.FULL);
        assertThat(tapes.volume("VOL000015").state()).isEqualTo(Volume.State.APPENDABLE);
        assertThat(tapes.volume("VOL000015").set().value()).isEqualTo("VOL000014");
    }

    @Test
    @Tag("M6")
    void no_byte_is_lost_or_written_twice_wherever_the_warning_falls() throws Exception {
        String data = Tapes.letters(42); // ten blocks and a half
        for (int warning = 7; warning <= 45; warning++) {
            int at = warning;
            Tapes tapes =
                    Tapes.with(b -> b.slots(4).cartridge(cartridge("A1", at)).cartridge(cartridge("A2", 1000)));
            StoredImage image = tapes.append("i", data);
            assertThat(tapes.read(image)).as("warning after %d blocks", at).isEqualTo(data);
            assertThat(image.bytes()).isEqualTo(data.length());
            assertThat(image.sections().stream().mapToLong(StoredSection::bytes).sum())
                    .isEqualTo(data.length());
            // 16 label blocks, 11 data blocks: the warning counts only while there is more to write
            assertThat(image.sections()).as("warning after %d blocks", at).hasSize(at < 27 ? 2 : 1);
            assertThat(tapes.volume("VOL000001").state())
                    .isEqualTo(at <= 35 ? Volume.State.FULL : Volume.State.APPENDABLE);
        }
    }

    private static MemoryCartridge cartridge(String barcode, long warning) {
        return new MemoryCartridge(barcode, Capacity.ofBlocks(warning, Tapes.MARGIN));
    }

    @Test
    @Tag("M6")
    void only_the_last_block_of_a_section_may_be_short() throws Exception {
        for (int length = 0; length <= 9; length++) {
            Tapes tapes = Tapes.ofDataBlocks(100, "A1");
            StoredImage image = tapes.append("i", Tapes.letters(length));
            assertThat(tapes.read(image)).isEqualTo(Tapes.letters(length));
            assertThat(image.sections().get(0).blocks()).isEqualTo((length + 3) / 4);
        }
    }

    @Test
    @Tag("M6")
    @Tag("M15")
    void a_full_volume_without_successor_takes_the_section_back_and_stays_appendable() throws Exception {
        Tapes tapes = Tapes.with(b -> b.capacity(Capacity.ofBlocks(60, Tapes.MARGIN)), "A1");
        StoredImage first = tapes.append("first", "abcdefgh");
        String before = tapes.library.drawing("A1");

        assertThatThrownBy(() -> tapes.append("second", Tapes.letters(400)))
                .isInstanceOfSatisfying(
                        VolumeException.class,
                        e -> assertThat(e.code()).isEqualTo(VolumeFault.VOLUME_FULL_NO_SUCCESSOR))
                .hasMessageContaining("volume VOL000001 is full");

        assertThat(tapes.library.drawing("A1")).isEqualTo(before);
        assertThat(tapes.register.volumes()).hasSize(1);
        StoredImage third = tapes.append("third", "ijkl");
        assertThat(tapes.read(first)).isEqualTo("abcdefgh");
        assertThat(tapes.read(third)).isEqualTo("ijkl");
    }

    @Test
    @Tag("M6")
    @Tag("M15")
    void a_successor_that_proves_unusable_opens_the_closed_volume_again() throws Exception {
        Tapes tapes = Tapes.ofDataBlocks(5, "A1", "A2");
        tapes.library.cartridge("A2").protect();

        assertThatThrownBy(() -> tapes.append("i", Tapes.letters(100)))
                .isInstanceOfSatisfying(
                        VolumeException.class,
                        e -> assertThat(e.code()).isEqualTo(VolumeFault.VOLUME_FULL_NO_SUCCESSOR));

        assertThat(tapes.register.volumes())
                .extracting(v -> v.id() + " " + v.state() + " " + v.files())
                .containsExactly("VOL000001 APPENDABLE 0");
        StoredImage small = tapes.append("small", "abc");
        assertThat(tapes.read(small)).isEqualTo("abc");
    }

    @Test
    @Tag("M15")
    void the_operator_is_asked_for_a_successor_and_the_image_goes_on() throws Exception {
        Tapes tapes = Tapes.ofDataBlocks(5, "A1");
        List<String> asked = new ArrayList<>();
        tapes.desk = what -> {
            asked.add(what);
            tapes.library.operatorPuts(
                    new MemoryCartridge("NEW", Capacity.ENDLESS), io.saddlebag.library.Element.slot(2));
        };

        StoredImage image = tapes.append("i", Tapes.letters(100));

        assertThat(tapes.read(image)).isEqualTo(Tapes.letters(100));
        assertThat(asked).hasSize(1);
        assertThat(asked.get(0)).contains("to go on with").contains("A1 in dte1, volume VOL000001,");
    }

    @Test
    @Tag("M6")
    void a_source_that_fails_takes_the_section_back() throws Exception {
        Tapes tapes = Tapes.ofDataBlocks(100, "A1");
        tapes.append("first", "abc");
        String before = tapes.library.drawing("A1");
        InputStream failing = new FilterInputStream(new ByteArrayInputStream(new byte[10])) {
            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                int got = super.read(into, offset, length);
                if (got < 0) {
                    throw new IOException("the disk is gone");
                }
                return got;
            }
        };

        assertThatThrownBy(() -> tapes.store.append(Tapes.image("x"), null, failing, ProgressListener.SILENT))
                .isInstanceOfSatisfying(
                        VolumeException.class, e -> assertThat(e.code()).isEqualTo(VolumeFault.SOURCE_FAILED));
        assertThat(tapes.library.drawing("A1")).isEqualTo(before);
    }

    @Test
    @Tag("M6")
    void a_volume_too_small_for_one_block_is_refused() {
        Tapes tapes = Tapes.with(b -> b.slots(4).cartridge(cartridge("A1", 20)).cartridge(cartridge("A2", 8)));
        assertThatThrownBy(() -> tapes.append("i", Tapes.letters(100)))
                .isInstanceOfSatisfying(
                        VolumeException.class, e -> assertThat(e.code()).isEqualTo(VolumeFault.TOO_SMALL));
    }
}
