package io.saddlebag.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.library.Element;
import io.saddlebag.media.Volume;
import io.saddlebag.tape.BlockAddress;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.memory.Capacity;
import io.saddlebag.tape.memory.DriveFault;
import io.saddlebag.tape.memory.DriveOperation;
import io.saddlebag.tape.memory.FaultPlan;
import io.saddlebag.tape.memory.MemoryCartridge;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ReadingTest {
    private final FaultPlan plan = FaultPlan.seeded(1);
    private final Tapes tapes =
            Tapes.with(b -> b.capacity(Capacity.ofBlocks(40, Tapes.MARGIN)).faults(plan), "A1", "A2", "A3");

    private static StoredSection moved(StoredSection s, BlockAddress label, int fileNumber, long blocks) {
        return new StoredSection(
                1,
                s.section(),
                s.volume(),
                fileNumber,
                s.volumeSequence(),
                label,
                s.data(),
                s.blockSize(),
                blocks,
                s.bytes());
    }

    private void assertFails(VolumeFault fault, String id, List<StoredSection> sections) throws IOException {
        try (InputStream in = tapes.store.read(id, sections)) {
            assertThatThrownBy(in::readAllBytes)
                    .isInstanceOfSatisfying(
                            VolumeException.class, e -> assertThat(e.code()).isEqualTo(fault));
            assertThatThrownBy(in::read).hasMessageContaining("closed after a failure");
        }
    }

    @Test
    @Tag("M6")
    void a_medium_error_is_never_taken_for_the_end() throws Exception {
        StoredImage image = tapes.append("i", Tapes.letters(60));
        StoredSection first = image.sections().get(0);
        for (long block = 0; block < first.blocks() + 8; block++) {
            MemoryCartridge good = tapes.library.cartridge("A1").copy();
            assertThat(good.objects()).isPositive();
            plan.at(
                    DriveOperation.READ,
                    plan.operations(DriveOperation.READ) + 1 + block,
                    DriveFault.MEDIUM_ERROR_ON_READ);
            try {
                assertThat(tapes.read(image)).isEqualTo(Tapes.letters(60));
                assertThat(plan.struck()).as("block %d", block).isEmpty();
            } catch (VolumeException e) {
                assertThat(e.code()).isEqualTo(VolumeFault.SECTION_UNREADABLE);
            } catch (TapeException e) {
                assertThat(e.getMessage()).contains("can't be read"); // in the volume label
            }
        }
        plan.stop();
        assertThat(tapes.restart().read(image)).isEqualTo(Tapes.letters(60));
    }

    @Test
    @Tag("M6")
    void data_that_comes_back_wrong_is_found_before_the_end_is_reported() throws Exception {
        StoredImage image = tapes.append("i", Tapes.letters(12));
        tapes.read(image); // mounted: what follows reads ten label records first
        plan.at(DriveOperation.READ, plan.operations(DriveOperation.READ) + 12, DriveFault.FLIPPED_BIT);
        assertFails(VolumeFault.SECTION_DAMAGED, "i", image.sections());
        assertThat(plan.struck()).hasSize(1);
        assertThat(tapes.read(image)).isEqualTo(Tapes.letters(12));
    }

    @Test
    @Tag("C8")
    void another_image_or_another_place_than_the_catalogs_is_refused() throws Exception {
        StoredImage one = tapes.append("one", "abc");
        StoredImage two = tapes.append("two", "def");
        StoredSection s = one.sections().get(0);
        BlockAddress other = two.sections().get(0).label();
        assertFails(VolumeFault.WRONG_IMAGE, "two", one.sections());
        assertFails(VolumeFault.WRONG_IMAGE, "one", List.of(moved(s, other, 1, 1)));
        assertFails(VolumeFault.WRONG_IMAGE, "one", List.of(moved(s, s.label(), 2, 1)));
        assertFails(VolumeFault.WRONG_IMAGE, "one", List.of(moved(s, s.label().plus(3), 1, 1)));
        assertFails(VolumeFault.SECTION_DAMAGED, "one", List.of(moved(s, s.label(), 1, 2)));
        assertFails(VolumeFault.SECTION_UNREADABLE, "one", List.of(moved(s, new BlockAddress(9999), 1, 1)));
    }

    @Test
    @Tag("C8")
    @Tag("M16")
    void a_cartridge_that_is_not_the_volume_asked_for_is_refused() throws Exception {
        StoredImage image = tapes.append("i", "abc");
        tapes.putBack(1);
        tapes.library.misread("A1", "A2");
        tapes.library.misread("A2", "A1");
        assertFails(VolumeFault.WRONG_VOLUME, "i", image.sections());
        assertThat(tapes.volume("VOL000001").state()).isEqualTo(Volume.State.SUSPECT);
    }

    @Test
    @Tag("C8")
    void a_volume_with_a_changed_barcode_is_found_by_its_label_and_reported() throws Exception {
        StoredImage image = tapes.append("i", "abc");
        tapes.putBack(1);
        tapes.library.misread("A1", "NEW1");
        assertThat(tapes.read(image)).isEqualTo("abc");
        assertThat(tapes.notes).anyMatch(n -> n.contains("its label says barcode A1, the library reads NEW1"));
    }

    @Test
    @Tag("M15")
    void the_operator_is_asked_for_a_volume_that_is_outside() throws Exception {
        StoredImage image = tapes.append("i", Tapes.letters(60));
        tapes.putBack(1);
        MemoryCartridge outside = tapes.library.operatorTakes(Element.slot(1));
        List<String> asked = new ArrayList<>();
        tapes.desk = what -> {
            asked.add(what);
            tapes.library.operatorPuts(outside, Element.slot(5));
        };
        assertThat(tapes.read(image)).isEqualTo(Tapes.letters(60));
        assertThat(asked).containsExactly("volume VOL000001 with barcode A1 for reading");
    }

    @Test
    @Tag("M9")
    void nothing_else_is_done_while_an_image_is_read() throws Exception {
        StoredImage image = tapes.append("i", "abc");
        try (InputStream in = tapes.store.read("i", image.sections())) {
            assertThat(in.read()).isEqualTo('a');
            assertThatThrownBy(() -> tapes.append("j", "def")).isInstanceOf(IllegalStateException.class);
        }
        tapes.append("j", "def");
    }

    @Test
    @Tag("M6")
    void a_cancelled_wait_keeps_the_threads_interrupt() throws Exception {
        StoredImage image = tapes.append("i", "abc");
        tapes.putBack(1);
        tapes.library.operatorTakes(Element.slot(1));
        tapes.desk = what -> {
            throw new InterruptedException("cancelled");
        };
        try (InputStream in = tapes.store.read("i", image.sections())) {
            assertThatThrownBy(in::read).isInstanceOf(java.io.InterruptedIOException.class);
        }
        assertThat(Thread.interrupted()).isTrue();
    }
}
