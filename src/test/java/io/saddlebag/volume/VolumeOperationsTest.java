package io.saddlebag.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.library.Barcode;
import io.saddlebag.library.Element;
import io.saddlebag.library.LibraryException;
import io.saddlebag.library.LibraryFault;
import io.saddlebag.media.MediaFamily;
import io.saddlebag.media.Volume;
import io.saddlebag.media.VolumeId;
import io.saddlebag.volume.VolumeOperations.LabelOrder;
import java.io.IOException;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class VolumeOperationsTest {
    private static final MediaFamily FULL =
            new MediaFamily("full", Duration.ofDays(7), Duration.ofDays(14), MediaFamily.Expiration.TIME);
    private static final LabelOrder ORDER = new LabelOrder(FULL, null, "jane", "chicago");
    private static final LabelOrder NAMED = new LabelOrder(null, new VolumeId("MINE"), "jane", "chicago");

    private final Tapes tapes = Tapes.with(b -> {}, "A1", "A2");
    private final VolumeOperations volumes =
            new VolumeOperations(tapes.library, tapes.register, Dependents.NONE, tapes.notes::add, tapes.clock);
    private final RobotOperations robot = new RobotOperations(tapes.library);

    private static Target target(String barcode) {
        return Target.tagged(new Barcode(barcode));
    }

    private static void assertRefused(VolumeFault fault, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        VolumeException.class, e -> assertThat(e.code()).isEqualTo(fault));
    }

    private static void assertRefused(LibraryFault fault, String text, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        LibraryException.class, e -> assertThat(e.code()).isEqualTo(fault))
                .hasMessageContaining(text);
    }

    @Test
    @Tag("M13")
    @Tag("M20")
    void labels_with_the_next_id_or_with_an_explicit_one() throws IOException {
        Volume first = volumes.label(target("A1"), ORDER, Overwrite.NOTHING_VALID);
        Volume second = volumes.label(Target.at(Element.slot(2)), NAMED, Overwrite.NOTHING_VALID);
        assertThat(first.id()).hasToString("full-000001");
        assertThat(second.id()).hasToString("MINE");
        assertThat(first.expires()).isEqualTo("2026-01-22T12:00:00Z");
        assertThat(tapes.register.volumes()).containsExactlyInAnyOrder(first, second);
        assertThat(volumes.identify(target("A2")).problem()).isEmpty();
        assertRefused(VolumeFault.ID_IN_USE, () -> volumes.label(target("A1"), NAMED, Overwrite.ANYTHING));
    }

    @Test
    @Tag("M20")
    void an_id_is_never_given_twice_even_when_labelling_fails() throws Exception {
        tapes.library.cartridge("A1").protect();
        assertThatThrownBy(() -> volumes.label(target("A1"), ORDER, Overwrite.NOTHING_VALID))
                .isInstanceOf(IOException.class);
        assertThat(volumes.label(target("A2"), ORDER, Overwrite.NOTHING_VALID).id())
                .hasToString("full-000002");
    }

    @Test
    @Tag("M13")
    @Tag("M10")
    void a_valid_volume_is_not_labelled_unlabelled_or_reused_but_by_force() throws Exception {
        tapes.register.with(FULL);
        tapes.append("first", "full", "abc");
        tapes.store.close();
        String kept = tapes.library.drawing("A1");
        VolumeId id = new VolumeId("full-000001");
        assertRefused(VolumeFault.NOT_EXPIRED, () -> volumes.label(target("A1"), ORDER, Overwrite.NOTHING_VALID));
        assertRefused(VolumeFault.NOT_EXPIRED, () -> volumes.unlabel(target("A1"), "jane", Overwrite.NOTHING_VALID));
        assertRefused(VolumeFault.NOT_EXPIRED, () -> volumes.reuse(id, "jane", Overwrite.NOTHING_VALID));
        assertRefused(VolumeFault.OTHER_OWNER, () -> volumes.reuse(id, "joe", Overwrite.NOTHING_VALID));
        assertThat(tapes.library.drawing("A1")).isEqualTo(kept);
        assertThat(tapes.volume("full-000001").state()).isEqualTo(Volume.State.APPENDABLE);

        tapes.clock.passes(Duration.ofDays(21));
        assertThat(volumes.reuse(id, "jane", Overwrite.NOTHING_VALID).state()).isEqualTo(Volume.State.REUSABLE);
        volumes.unlabel(target("A1"), "jane", Overwrite.NOTHING_VALID);
        assertThat(tapes.library.drawing("A1")).isEmpty();
        assertThat(tapes.register.volumes()).isEmpty();
    }

    @Test
    @Tag("M13")
    void force_labels_over_anything_and_the_old_volume_is_forgotten() throws Exception {
        tapes.append("first", "abc");
        tapes.store.close();
        volumes.label(target("A1"), ORDER, Overwrite.ANYTHING);
        assertThat(tapes.register.volumes()).extracting(v -> v.id().value()).containsExactly("full-000001");
        assertThat(tapes.library.drawing("A1")).doesNotContain("VOL000001");
    }

    @Test
    @Tag("M13")
    @Tag("M16")
    void identify_says_how_label_barcode_and_catalog_disagree() throws Exception {
        tapes.append("first", "abc");
        tapes.putBack(1);
        assertThat(volumes.identify(target("A2")).problem()).isEqualTo("it is blank");
        tapes.library.misread("A1", "WRONG");
        assertThat(volumes.identify(target("WRONG")).problem())
                .isEqualTo("its label says barcode A1, the library reads WRONG");
        tapes.register.forget(new VolumeId("VOL000001"));
        assertThat(volumes.identify(target("WRONG")).problem()).isEqualTo("volume VOL000001 is not in the catalog");
        assertRefused(VolumeFault.NOT_BLANK, () -> volumes.label(target("WRONG"), ORDER, Overwrite.NOTHING_VALID));
        assertRefused(VolumeFault.NO_CARTRIDGE, () -> volumes.identify(target("NONE")));
    }

    @Test
    @Tag("M8")
    @Tag("M11")
    @Tag("M13")
    void a_volume_is_scanned_without_any_catalog() throws Exception {
        StoredImage first = tapes.append("first", "abc");
        StoredImage second = tapes.append("second", "defgh");
        tapes.store.close();
        VolumeOperations stranger = new VolumeOperations(
                tapes.library, new MemoryVolumeRegister(), Dependents.NONE, tapes.notes::add, tapes.clock);
        ScannedVolume scanned = stranger.scanVolume(target("A1"));
        assertThat(scanned.sections())
                .extracting(FoundSection::toStored)
                .containsExactly(first.sections().get(0), second.sections().get(0));
        assertThat(scanned.toVolume()).isEqualTo(tapes.volume("VOL000001"));
        assertThat(scanned.problem()).isEmpty();
        assertThat(scanned.labels().get(1)).isEqualTo("""
                        Volume label:
                         Volume ID:         VOL000001
                         Owner:             jane
                         Host:              chicago
                         File number:       2
                         Section:           1
                         Sequence number:   1
                        """);
        assertThat(scanned.sections().get(1).trailer().imageBytes()).isEqualTo(second.bytes());
        assertRefused(VolumeFault.WRONG_VOLUME, () -> stranger.scanVolume(target("A2")));
    }

    @Test
    @Tag("M13")
    void the_robot_refuses_an_empty_source_and_a_full_target_and_names_both() throws IOException {
        Element se1 = Element.slot(1);
        Element se3 = Element.slot(3);
        Element dte = Element.drive(1);
        assertRefused(LibraryFault.SOURCE_EMPTY, "from se3 to dte1", () -> robot.load(se3, dte));
        assertRefused(LibraryFault.DESTINATION_FULL, "se2 holds cartridge A2", () -> robot.move(se1, Element.slot(2)));
        assertRefused(LibraryFault.NO_SUCH_ELEMENT, "no element se99", () -> robot.move(se1, Element.slot(99)));
        assertRefused(LibraryFault.NO_SUCH_ELEMENT, "Valid are elements of kind dte1", () -> robot.load(se1, se3));
        assertRefused(
                LibraryFault.SOURCE_EMPTY, "unload drive dte1 of library memory: it is empty", () -> robot.unload(dte));
        assertRefused(LibraryFault.DESTINATION_FULL, "both se1", () -> robot.move(se1, se1));
        assertRefused(LibraryFault.NO_SUCH_ELEMENT, "the source se1", () -> robot.importVolume(se1, se3));

        robot.load(se1, dte);
        assertThat(tapes.library.drive(1).state().loaded()).isTrue();
        assertRefused(LibraryFault.DESTINATION_FULL, "dte1 holds", () -> robot.load(Element.slot(2), dte));
        robot.unload(dte);
        assertThat(tapes.library.placeOf("A1")).isEqualTo(se1);
        robot.move(se1, dte);
        robot.move(dte, se3);
        assertThat(tapes.library.placeOf("A1")).isEqualTo(se3);
        robot.exportVolume(se3, Element.mailSlot(1));
        robot.importVolume(Element.mailSlot(1), Element.slot(4));
        assertThat(tapes.library.placeOf("A1")).isEqualTo(Element.slot(4));
    }

    @Test
    @Tag("M13")
    void an_inventory_by_force_and_a_closed_door_show_what_somebody_moved() throws IOException {
        tapes.library.operatorMovesUnseen(Element.slot(1), Element.slot(4));
        assertThat(robot.inventory(RobotOperations.Look.REMEMBERED)
                        .at(Element.slot(4))
                        .orElseThrow()
                        .full())
                .isFalse();
        assertThat(robot.inventory(RobotOperations.Look.PHYSICAL)
                        .at(Element.slot(4))
                        .orElseThrow()
                        .full())
                .isTrue();
        robot.openDoor();
        assertRefused(LibraryFault.DOOR_OPEN, "", () -> robot.move(Element.slot(2), Element.slot(3)));
        tapes.library.operatorMovesUnseen(Element.slot(4), Element.slot(1));
        robot.closeDoor();
        assertThat(robot.inventory(RobotOperations.Look.REMEMBERED)
                        .at(Element.slot(1))
                        .orElseThrow()
                        .full())
                .isTrue();
    }

    @Test
    @Tag("M13")
    void a_drive_that_is_full_is_emptied_first() throws Exception {
        tapes.append("first", "abc");
        tapes.store.close();
        volumes.label(target("A2"), ORDER, Overwrite.NOTHING_VALID);
        assertThat(tapes.library.placeOf("A1")).isEqualTo(Element.slot(1));
        assertThat(tapes.library.placeOf("A2")).isEqualTo(Element.drive(1));
    }
}
