package io.saddlebag.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.library.Element;
import io.saddlebag.library.Library;
import io.saddlebag.library.memory.MemoryLibrary;
import io.saddlebag.media.MediaFamily;
import io.saddlebag.media.Volume;
import io.saddlebag.media.VolumeId;
import io.saddlebag.tape.BlockAddress;
import io.saddlebag.tape.BlockLimits;
import io.saddlebag.tape.TapeDrive;
import io.saddlebag.tape.memory.Capacity;
import io.saddlebag.tape.memory.DriveOperation;
import io.saddlebag.tape.memory.FaultPlan;
import io.saddlebag.tape.memory.MemoryCartridge;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class AppendTest {
    private static final MediaFamily FULL =
            new MediaFamily("full", Duration.ofDays(7), Duration.ofDays(14), MediaFamily.Expiration.TIME);

    private static void writeStrange(MemoryLibrary library, String... blocks) throws Exception {
        Element at = library.placeOf(library.cartridge("A1").barcode());
        try (Library.Reservation r = library.reserve(Element.drive(1))) {
            library.move(at, Element.drive(1));
            TapeDrive drive = r.drive();
            drive.load();
            for (String block : blocks) {
                drive.write(ByteBuffer.wrap(block.getBytes(StandardCharsets.US_ASCII)));
            }
            drive.writeFilemarks(1);
            drive.unload();
            library.move(Element.drive(1), at);
        }
    }

    @Test
    @Tag("M9")
    void the_next_image_is_appended_without_rewind_or_locate_in_front_of_it() throws Exception {
        FaultPlan counts = FaultPlan.none();
        Tapes tapes = Tapes.with(b -> b.faults(counts), "A1");
        StoredImage first = tapes.append("first", "abcdef");
        long rewinds = counts.operations(DriveOperation.REWIND);
        long reads = counts.operations(DriveOperation.READ);
        long locates = counts.operations(DriveOperation.LOCATE);

        assertThat(tapes.library.drive(1).position().next())
                .isEqualTo(tapes.volume("VOL000001").endOfData());
        StoredImage second = tapes.append("second", "ghi");

        assertThat(counts.operations(DriveOperation.REWIND)).isEqualTo(rewinds);
        assertThat(counts.operations(DriveOperation.READ)).isEqualTo(reads);
        // only the one that goes back before the new end-of-data label
        assertThat(counts.operations(DriveOperation.LOCATE)).isEqualTo(locates + 1);
        assertThat(tapes.read(first)).isEqualTo("abcdef");
        assertThat(tapes.library.drive(1).position().next())
                .isEqualTo(second.sections().get(0).label());
        assertThat(tapes.read(second)).isEqualTo("ghi");
    }

    @Test
    @Tag("M9")
    void a_restarted_store_appends_behind_what_is_there() throws Exception {
        Tapes tapes = Tapes.with(b -> {}, "A1");
        StoredImage first = tapes.append("first", "abcdef");
        tapes.store.close();
        StoredImage second = tapes.restart().append("second", "ghi");
        assertThat(tapes.read(first)).isEqualTo("abcdef");
        assertThat(tapes.read(second)).isEqualTo("ghi");
        assertThat(second.sections().get(0).fileNumber()).isEqualTo(2);
    }

    @Test
    @Tag("M21")
    void no_image_is_started_after_the_write_window_and_nothing_overwritten_before_expiry() throws Exception {
        Tapes tapes = Tapes.with(b -> {}, "A1", "A2");
        tapes.register.with(FULL);
        tapes.append("first", "full", "abc");
        Volume first = tapes.volume("full-000001");
        assertThat(first.writeWindowEnds()).isEqualTo("2026-01-08T12:00:00Z");
        assertThat(first.expires()).isEqualTo("2026-01-22T12:00:00Z");

        tapes.clock.passes(Duration.ofDays(7).minusSeconds(1));
        tapes.append("second", "full", "def");
        assertThat(tapes.volume("full-000001").files()).isEqualTo(2);

        tapes.clock.passes(Duration.ofSeconds(1));
        tapes.append("third", "full", "ghi");
        assertThat(tapes.volume("full-000002").files()).isEqualTo(1);

        tapes.clock.passes(Duration.ofDays(14).minusSeconds(1));
        String kept = tapes.library.drawing("A1");
        assertThatThrownBy(() -> tapes.append("fourth", "full", "jkl"))
                .isInstanceOfSatisfying(
                        VolumeException.class, e -> assertThat(e.code()).isEqualTo(VolumeFault.NO_VOLUME))
                .hasMessageContaining("has a closed write window and has not expired");
        assertThat(tapes.library.drawing("A1")).isEqualTo(kept);

        tapes.clock.passes(Duration.ofSeconds(1));
        StoredImage fifth = tapes.append("fifth", "full", "mno");
        assertThat(fifth.sections().get(0).volume().value()).isEqualTo("full-000003");
        assertThat(tapes.library.drawing("A1")).contains("full-000003");
        assertThat(tapes.register.volumes())
                .extracting(v -> v.id().value())
                .containsExactly("full-000002", "full-000003");
    }

    @Test
    @Tag("M10")
    @Tag("M21")
    void a_label_that_expires_later_than_the_catalog_says_is_believed() throws Exception {
        Tapes tapes = Tapes.with(b -> {}, "A1");
        tapes.register.with(FULL);
        tapes.append("first", "full", "abc");
        Volume v = tapes.volume("full-000001");
        tapes.register.record(new Volume(
                v.id(),
                v.barcode(),
                v.family(),
                v.set(),
                v.sequence(),
                v.owner(),
                v.protection(),
                v.host(),
                v.created(),
                v.writeWindowEnds(),
                Tapes.NOON,
                v.files(),
                v.endOfData(),
                v.state()));
        String kept = tapes.library.drawing("A1");
        assertThatThrownBy(() -> tapes.restart().append("second", "full", "def"))
                .isInstanceOf(VolumeException.class);
        assertThat(tapes.library.drawing("A1")).isEqualTo(kept);
        assertThat(tapes.volume("full-000001").state()).isEqualTo(Volume.State.SUSPECT);
    }

    @Test
    @Tag("M10")
    void a_volume_of_another_owner_is_left_alone() throws Exception {
        Tapes tapes = Tapes.with(b -> {}, "A1", "A2");
        tapes.append("first", "abc");
        String kept = tapes.library.drawing("A1");
        StoredImage second = tapes.store.append(
                Tapes.image("second", "joe"), null, new ByteArrayInputStream(new byte[3]), ProgressListener.SILENT);
        assertThat(second.sections().get(0).volume().value()).isEqualTo("VOL000002");
        assertThat(tapes.library.drawing("A1")).isEqualTo(kept);
    }

    @Test
    @Tag("M10")
    @Tag("M15")
    void a_write_protected_cartridge_is_passed_over() throws Exception {
        Tapes tapes = Tapes.with(b -> {}, "A1", "A2");
        tapes.library.cartridge("A1").protect();
        tapes.append("first", "abc");
        assertThat(tapes.library.drawing("A1")).isEmpty();
        assertThat(tapes.library.drawing("A2")).startsWith("VOL1");
        assertThat(tapes.notes).contains("cartridge A1 in se1 is write-protected");
    }

    @Test
    @Tag("M10")
    @Tag("M15")
    void a_volume_that_was_write_protected_while_it_was_read_is_not_appended_to() throws Exception {
        Tapes tapes = Tapes.ofDataBlocks(100, "A1", "A2");
        StoredImage first = tapes.append("first", "abc");
        tapes.restart();
        assertThat(tapes.read(first)).isEqualTo("abc");
        tapes.library.cartridge("A1").protect();

        StoredImage second = tapes.append("second", "def");

        assertThat(second.sections().get(0).volume()).isEqualTo(new VolumeId("VOL000002"));
        assertThat(tapes.notes).anyMatch(note -> note.contains("write-protected"));
    }

    @Test
    @Tag("M15")
    void cleaning_cartridges_and_mail_slots_are_passed_over() {
        Tapes tapes = Tapes.with(b -> {}, "CLN001");
        tapes.library.operatorPuts(new MemoryCartridge("M1", Capacity.ENDLESS), Element.mailSlot(1));
        assertThatThrownBy(() -> tapes.append("first", "abc"))
                .hasMessageContaining("cartridge CLN001 in se1 is a cleaning cartridge")
                .hasMessageContaining("cartridge M1 in iee1 stands in a mail slot; import it first");
    }

    @Test
    @Tag("M15")
    void the_job_goes_on_when_a_cartridge_arrives() throws Exception {
        Tapes tapes = Tapes.with(b -> {}, "A1");
        tapes.library.cartridge("A1").protect();
        List<String> asked = new ArrayList<>();
        tapes.desk = what -> {
            asked.add(what);
            if (asked.size() == 2) {
                tapes.library.operatorPuts(new MemoryCartridge("NEW", Capacity.ENDLESS), Element.slot(2));
            }
        };
        StoredImage image = tapes.append("first", "abc");
        assertThat(asked).hasSize(2);
        assertThat(asked.get(0)).contains("was tried and could not be used");
        assertThat(tapes.read(image)).isEqualTo("abc");
        assertThat(tapes.library.drawing("NEW")).startsWith("VOL1");
    }

    @Test
    @Tag("M15")
    void nobody_is_asked_while_a_blank_volume_is_inside() throws Exception {
        Tapes tapes = Tapes.with(b -> b.capacity(Capacity.ofBlocks(25, Tapes.MARGIN)), "A1", "A2", "A3", "A4");
        tapes.desk = what -> {
            throw new AssertionError("asked for " + what);
        };
        StoredImage image = tapes.append("first", Tapes.letters(100));
        assertThat(image.sections()).hasSize(3);
        assertThat(tapes.read(image)).isEqualTo(Tapes.letters(100));
    }

    @Test
    @Tag("M16")
    void a_barcode_that_disagrees_with_the_label_makes_the_volume_suspect() throws Exception {
        Tapes tapes = Tapes.with(b -> {}, "A1", "A2");
        tapes.append("first", "abc");
        tapes.putBack(1);
        String kept = tapes.library.drawing("A1");
        tapes.library.misread("A1", "WRONG");

        StoredImage second = tapes.restart().append("second", "def");

        assertThat(tapes.library.drawing("A1")).isEqualTo(kept);
        assertThat(second.sections().get(0).volume().value()).isEqualTo("VOL000002");
        assertThat(tapes.volume("VOL000001").state()).isEqualTo(Volume.State.SUSPECT);
        assertThat(tapes.notes)
                .contains("volume VOL000001 is suspect now: its label says barcode A1, the library reads WRONG");
    }

    @Test
    @Tag("M16")
    void two_exchanged_barcodes_are_noticed_before_anything_is_written() throws Exception {
        Tapes tapes = Tapes.with(b -> {}, "A1", "A2", "A3");
        tapes.register.with(FULL);
        tapes.append("first", "full", "abc");
        tapes.append("other", "def");
        tapes.register.record(NewVolume.inState(tapes.volume("VOL000001"), Volume.State.REUSABLE));
        tapes.store.close();
        String kept = tapes.library.drawing("A1");
        tapes.library.misread("A1", "A2");
        tapes.library.misread("A2", "A1");
        tapes.library.cartridge("A3").protect();
        assertThatThrownBy(() -> tapes.restart().append("second", "ghi")).isInstanceOf(VolumeException.class);
        assertThat(tapes.library.drawing("A1")).isEqualTo(kept);
        assertThat(tapes.volume("VOL000001").state()).isEqualTo(Volume.State.SUSPECT);
    }

    @Test
    @Tag("M16")
    void a_volume_whose_barcode_can_not_be_read_is_known_by_its_label() throws Exception {
        Tapes tapes = Tapes.with(b -> {}, "A1", "A2");
        StoredImage first = tapes.append("first", "abc");
        tapes.store.close();
        tapes.library.misread("A1", null);
        StoredImage second = tapes.restart().append("second", "def");
        assertThat(tapes.read(first)).isEqualTo("abc");
        assertThat(tapes.read(second)).isEqualTo("def");
    }

    @Test
    @Tag("M15")
    void a_library_without_barcodes_finds_the_newest_volume_behind_blank_ones() throws Exception {
        Tapes tapes = Tapes.with(b -> b.slots(6), "A1", "A2", "A3");
        for (String c : List.of("A1", "A2", "A3")) {
            tapes.library.misread(c, null);
        }
        StoredImage first = tapes.append("first", "abc");
        tapes.putBack(6);
        StoredImage second = tapes.restart().append("second", "def");
        assertThat(second.sections().get(0).volume())
                .isEqualTo(first.sections().get(0).volume());
        assertThat(tapes.read(first) + tapes.read(second)).isEqualTo("abcdef");
    }

    @Test
    @Tag("M10")
    void what_somebody_else_wrote_is_never_overwritten() throws Exception {
        for (String[] content : new String[][] {{"some tar archive"}, {"x".repeat(80)}, {}}) {
            Tapes tapes = Tapes.with(b -> {}, "A1", "A2");
            writeStrange(tapes.library, content);
            String kept = tapes.library.drawing("A1");
            tapes.append("first", "abc");
            assertThat(tapes.library.drawing("A1")).isEqualTo(kept);
            assertThat(tapes.notes.toString()).contains("it is not blank and has no label of ours");
        }
    }

    @Test
    @Tag("M10")
    void a_labelled_volume_that_the_catalog_does_not_know_is_never_overwritten() throws Exception {
        Tapes tapes = Tapes.with(b -> {}, "A1", "A2");
        tapes.append("first", "abc");
        tapes.putBack(1);
        String kept = tapes.library.drawing("A1");
        Tapes fresh = new Tapes(tapes.library, new MemoryVolumeRegister());
        fresh.append("second", "def");
        assertThat(tapes.library.drawing("A1")).isEqualTo(kept);
        assertThat(fresh.notes.toString()).contains("is volume VOL000001, which is not in the catalog");
    }

    @Test
    @Tag("M9")
    void whole_images_behind_the_catalogs_end_are_taken_in_and_kept() throws Exception {
        Tapes tapes = Tapes.with(b -> {}, "A1");
        StoredImage first = tapes.append("first", "abc");
        MemoryVolumeRegister old = tapes.register.copy();
        StoredImage second = tapes.append("second", "defgh");
        StoredImage third = tapes.append("third", "i");
        tapes.store.close();

        Tapes restored = new Tapes(tapes.library, old);
        StoredImage fourth = restored.append("fourth", "jkl");

        assertThat(restored.found).extracting(f -> f.label().imageId()).containsExactly("second", "third");
        assertThat(restored.found)
                .extracting(FoundSection::toStored)
                .containsExactly(second.sections().get(0), third.sections().get(0));
        assertThat(fourth.sections().get(0).fileNumber()).isEqualTo(4);
        assertThat(restored.read(first) + restored.read(second) + restored.read(third) + restored.read(fourth))
                .isEqualTo("abcdefghijkl");
    }

    @Test
    @Tag("M9")
    void a_torn_tail_is_written_over() throws Exception {
        for (int cut = 4; cut <= 22; cut++) { // through trailer, data and label of the second image
            Tapes tapes = Tapes.with(b -> {}, "A1");
            StoredImage first = tapes.append("first", "abc");
            MemoryVolumeRegister old = tapes.register.copy();
            long begin = tapes.volume("VOL000001").endOfData().value();
            tapes.append("second", "defgh");
            TapeDrive drive = tapes.library.drive(1);
            drive.locate(new BlockAddress(begin + 23 - cut));
            drive.erase();
            tapes.store.close();

            Tapes restored = new Tapes(tapes.library, old);
            StoredImage third = restored.append("third", "ijkl");
            assertThat(restored.found).isEmpty();
            assertThat(third.sections().get(0).label().value()).isEqualTo(begin);
            assertThat(restored.read(first)).isEqualTo("abc");
            assertThat(restored.read(third)).isEqualTo("ijkl");
        }
    }

    @Test
    @Tag("M9")
    void an_end_of_data_that_is_not_where_the_catalog_has_it_makes_the_volume_suspect() throws Exception {
        Tapes tapes = Tapes.with(b -> {}, "A1", "A2");
        tapes.append("first", "abc");
        tapes.store.close();
        Volume v = tapes.volume("VOL000001");
        for (long at : new long[] {7, 17, 19, 1000}) {
            Tapes wrong = new Tapes(tapes.library, tapes.register.copy());
            wrong.register.record(NewVolume.changed(v, v.files(), new BlockAddress(at), Volume.State.APPENDABLE));
            wrong.library.cartridge("A2").protect();
            String kept = tapes.library.drawing("A1");
            assertThatThrownBy(() -> wrong.append("second", "def")).isInstanceOf(VolumeException.class);
            assertThat(tapes.library.drawing("A1")).isEqualTo(kept);
            assertThat(wrong.volume("VOL000001").state()).isEqualTo(Volume.State.SUSPECT);
        }
    }

    @Test
    @Tag("M19")
    @Tag("M15")
    void a_drive_that_another_job_has_is_not_touched() throws Exception {
        Tapes tapes = Tapes.with(b -> {}, "A1");
        try (Library.Reservation other = tapes.library.reserve(Element.drive(1))) {
            assertThat(other.drive().state().loaded()).isFalse();
            assertThatThrownBy(() -> tapes.append("first", "abc"))
                    .isInstanceOfSatisfying(
                            VolumeException.class, e -> assertThat(e.code()).isEqualTo(VolumeFault.NO_DRIVE_FREE));
        }
        tapes.append("first", "abc");
    }

    @Test
    @Tag("M21")
    void an_unknown_family_is_refused_before_anything_moves() {
        Tapes tapes = Tapes.with(b -> {}, "A1");
        tapes.register.with(FULL);
        assertThatThrownBy(() -> tapes.append("first", "ful", "abc"))
                .hasMessageContaining("there is no media family 'ful'")
                .hasMessageContaining("Valid are: [full].");
        assertThat(tapes.library.cartridge("A1").loads()).isZero();
    }

    @Test
    @Tag("M20")
    @Tag("M21")
    void a_volume_that_nobody_could_make_does_not_count_as_the_newest() throws Exception {
        Tapes tapes = Tapes.with(b -> {}, "A1", "A2");
        tapes.append("first", "abc");
        tapes.putBack(1);
        MemoryCartridge newest = tapes.library.operatorTakes(Element.slot(1));
        tapes.library.cartridge("A2").protect();
        assertThatThrownBy(() -> tapes.append("second", "def")).isInstanceOf(VolumeException.class);
        assertThat(tapes.register.volumes()).hasSize(1);

        tapes.library.operatorPuts(newest, Element.slot(1));
        assertThat(tapes.append("second", "def").sections().get(0).volume()).hasToString("VOL000001");
    }

    @Test
    @Tag("M16")
    void a_barcode_that_becomes_readable_is_taken_in() throws Exception {
        Tapes tapes = Tapes.with(b -> {}, "A1");
        tapes.library.misread("A1", null);
        StoredImage first = tapes.append("first", "abc");
        tapes.putBack(1);
        tapes.library.misread("A1", "A1");
        StoredImage second = tapes.append("second", "def");
        assertThat(tapes.volume("VOL000001").barcode()).hasToString("A1");
        assertThat(tapes.read(first) + tapes.read(second)).isEqualTo("abcdef");
    }

    @Test
    @Tag("M5")
    void a_block_size_that_a_drive_can_not_take_is_refused_before_anything_moves() {
        Tapes tapes = Tapes.with(b -> b.blockLimits(new BlockLimits(5, 100)), "A1");
        assertThatThrownBy(() -> tapes.append("first", "abc"))
                .isInstanceOfSatisfying(
                        VolumeException.class, e -> assertThat(e.code()).isEqualTo(VolumeFault.BLOCK_SIZE))
                .hasMessageContaining("Valid are 5 to 100 bytes");
        assertThat(tapes.library.cartridge("A1").loads()).isZero();
    }
}
