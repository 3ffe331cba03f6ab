package io.saddlebag.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.fault.BackupException;
import io.saddlebag.media.Volume;
import io.saddlebag.media.VolumeId;
import io.saddlebag.protection.Requester;
import io.saddlebag.tape.memory.Capacity;
import io.saddlebag.tape.memory.DriveFault;
import io.saddlebag.tape.memory.FaultPlan;
import io.saddlebag.tape.memory.PowerFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** RMU's labels, owners and protections on volumes; blocks of 84 bytes, of which 4 are data. */
class TapeLabelAndOwnerTest {
    private static final String NEXT_YEAR = "2027-01-01";

    private static Tapes tapes(String... barcodes) throws Exception {
        return Tapes.with(b -> b.capacity(Capacity.ofBlocks(50, Tapes.MARGIN)), barcodes)
                .framed("none", 0);
    }

    private static List<String> volumes(StoredImage image) {
        return image.sections().stream().map(s -> s.volume().value()).toList();
    }

    private static void refused(VolumeFault fault, ThrowingCallable what) {
        assertThatThrownBy(what)
                .isInstanceOfSatisfying(
                        VolumeException.class, e -> assertThat(e.code()).isEqualTo(fault));
    }

    private static List<String> asked(Tapes tapes) {
        List<String> asked = new ArrayList<>();
        tapes.desk = what -> {
            asked.add(what);
            OperatorDesk.UNATTENDED.needVolume(what);
        };
        return asked;
    }

    @Test
    @Tag("M10")
    void blank_cartridges_get_the_labels_in_order_and_their_successors() throws Exception {
        Tapes tapes = tapes("A1", "A2", "A3").with("format", "new_tape", "label", "SALES7,TAPE08");
        StoredImage image = tapes.append("i", Tapes.letters(250));
        assertThat(volumes(image)).containsExactly("SALES7", "TAPE08", "TAPE09");
        assertThat(tapes.read(image)).isEqualTo(Tapes.letters(250));
        assertThat(tapes.library.drawing("A1")).startsWith("VOL1SALES7");
        assertThat(tapes.volume("TAPE09").set()).hasToString("SALES7");
    }

    @Test
    @Tag("M10")
    void the_volume_with_the_label_is_appended_to_though_another_is_newer() throws Exception {
        Tapes tapes = tapes("A1", "A2");
        tapes.with("format", "new_tape", "label", "TAPE01").append("one", "abcd");
        tapes.with("format", "new_tape", "label", "OTHER").append("two", "efgh");
        StoredImage three =
                tapes.with("format", "new_tape", "label", "TAPE01").restart().append("three", "ijkl");
        assertThat(volumes(three)).containsExactly("TAPE01");
        assertThat(tapes.volume("TAPE01").files()).isEqualTo(2);
    }

    @Test
    @Tag("M10")
    void another_label_asks_the_operator_and_nothing_is_written() throws Exception {
        Tapes tapes = tapes("A1");
        tapes.with("format", "new_tape", "label", "TAPE01").append("one", "abcd");
        String before = tapes.library.drawing("A1");
        List<String> asked = asked(tapes);
        tapes.with("format", "new_tape", "label", "TAPE02");
        refused(VolumeFault.NO_VOLUME, () -> tapes.append("two", "efgh"));
        assertThat(asked).singleElement().asString().contains("with label TAPE02");
        assertThat(tapes.notes)
                .anyMatch(
                        n -> n.startsWith(
                                "volume TAPE01 in dte1, where label TAPE02 was expected, is passed over; load a blank cartridge"));
        assertThat(tapes.library.drawing("A1")).isEqualTo(before);
    }

    @Test
    @Tag("M10")
    void accept_label_keeps_the_label_and_notes_it() throws Exception {
        Tapes tapes = tapes("A1");
        tapes.with("format", "new_tape", "label", "TAPE01").append("one", "abcd");
        tapes.with("format", "new_tape", "label", "TAPE02", "acceptLabel", "true");
        assertThat(volumes(tapes.append("two", "efgh"))).containsExactly("TAPE01");
        assertThat(tapes.notes)
                .contains("volume TAPE01 in dte1, where label TAPE02 was expected, is taken and keeps its label");
    }

    @Test
    @Tag("M10")
    void an_operator_who_accepts_lets_the_volume_have_the_expected_label() throws Exception {
        Tapes tapes = tapes("A1");
        tapes.with("format", "new_tape", "label", "TAPE01", "tapeExpiration", "2026-01-02")
                .append("one", "abcd");
        tapes.clock.passes(Duration.ofDays(2));
        List<String> asked = new ArrayList<>();
        tapes.desk = new OperatorDesk() {
            @Override
            public void needVolume(String what) {
                throw new AssertionError(what);
            }

            @Override
            public boolean acceptsLabel(String what) {
                return asked.add(what);
            }
        };
        StoredImage two = tapes.with("format", "new_tape", "label", "TAPE02", "rewind", "true")
                .append("two", "efgh");
        assertThat(volumes(two)).containsExactly("TAPE02");
        assertThat(asked).containsExactly("volume TAPE01 in dte1, where label TAPE02 was expected");
        assertThat(tapes.register.find(new VolumeId("TAPE01"))).isEmpty();
    }

    @Test
    @Tag("M10")
    void nobody_is_asked_twice_about_a_volume_while_the_right_one_is_awaited() throws Exception {
        Tapes tapes = tapes("A1");
        tapes.with("format", "new_tape", "label", "TAPE01").append("one", "abcd");
        List<String> asked = new ArrayList<>();
        tapes.desk = new OperatorDesk() {
            @Override
            public void needVolume(String what) throws IOException, InterruptedException {
                asked.add("volume");
                if (asked.size() > 2) {
                    UNATTENDED.needVolume(what);
                }
            }

            @Override
            public boolean acceptsLabel(String what) {
                asked.add("label");
                return false;
            }
        };
        tapes.with("format", "new_tape", "label", "TAPE02");
        refused(VolumeFault.NO_VOLUME, () -> tapes.append("two", "efgh"));
        assertThat(asked).containsExactly("label", "volume", "volume");
    }

    @Test
    @Tag("M10")
    void an_operator_s_abort_at_a_label_ends_the_writing_and_harms_nothing() throws Exception {
        Tapes tapes = tapes("A1");
        tapes.with("format", "new_tape", "label", "TAPE01").append("one", "abcd");
        String before = tapes.library.drawing("A1");
        tapes.desk = new OperatorDesk() {
            @Override
            public void needVolume(String what) {
                throw new AssertionError(what);
            }

            @Override
            public boolean acceptsLabel(String what) throws IOException {
                throw new VolumeException(VolumeFault.DECLINED, "jane declined", "Repeat it.");
            }
        };
        tapes.with("format", "new_tape", "label", "TAPE02");
        refused(VolumeFault.DECLINED, () -> tapes.append("two", "efgh"));
        assertThat(tapes.library.drawing("A1")).isEqualTo(before);
        tapes.library.reserve(io.saddlebag.library.Element.drive(1)).close();
    }

    @Test
    @Tag("M10")
    void an_expired_volume_is_used_again_under_its_own_label() throws Exception {
        Tapes tapes = tapes("A1", "A2");
        tapes.with("format", "new_tape", "label", "TAPE01,TAPE02", "tapeExpiration", "2026-01-02");
        tapes.append("one", Tapes.letters(200));
        tapes.clock.passes(Duration.ofDays(2));
        tapes.with("format", "new_tape", "label", "TAPE01,TAPE02", "rewind", "true", "acceptLabel", "false");
        StoredImage two = tapes.restart().append("two", Tapes.letters(190));
        assertThat(volumes(two)).containsExactly("TAPE01", "TAPE02");
        assertThat(tapes.read(two)).isEqualTo(Tapes.letters(190));
        assertThat(tapes.register.volumes()).hasSize(2);
    }

    @Test
    @Tag("M10")
    void accepted_labels_are_kept_through_the_whole_set() throws Exception {
        Tapes tapes = tapes("A1", "A2");
        tapes.with("format", "new_tape", "label", "TAPE01,TAPE02", "tapeExpiration", "2026-01-02");
        tapes.append("one", Tapes.letters(200));
        tapes.clock.passes(Duration.ofDays(2));
        tapes.with("format", "new_tape", "label", "X1", "rewind", "true", "acceptLabel", "true");
        StoredImage two = tapes.restart().append("two", Tapes.letters(190));
        assertThat(volumes(two)).containsExactlyInAnyOrder("TAPE01", "TAPE02");
        assertThat(tapes.read(two)).isEqualTo(Tapes.letters(190));
    }

    @Test
    @Tag("M10")
    void rewind_never_overwrites_what_has_not_expired() throws Exception {
        Tapes tapes = tapes("A1");
        tapes.with("format", "new_tape", "label", "TAPE01", "tapeExpiration", NEXT_YEAR)
                .append("one", "abcd");
        String before = tapes.library.drawing("A1");
        asked(tapes);
        tapes.with("format", "new_tape", "rewind", "true");
        refused(VolumeFault.NO_VOLUME, () -> tapes.append("two", "efgh"));
        tapes.with("format", "new_tape", "rewind", "true", "label", "TAPE01");
        assertThatThrownBy(() -> tapes.append("two", "efgh"))
                .hasMessageContaining("SBG-M020 label TAPE01 is that of a volume that can't be written: it holds images"
                        + " that have not expired");
        assertThat(tapes.library.drawing("A1")).isEqualTo(before);
        assertThat(tapes.volume("TAPE01").expires()).isEqualTo(NEXT_YEAR + "T00:00:00Z");
        assertThat(before).contains("027001 000000SADDLEBAG"); // in the first file's label
    }

    @Test
    @Tag("M10")
    void the_label_of_a_volume_elsewhere_is_given_to_no_other_cartridge() throws Exception {
        Tapes tapes = tapes("A1", "A2");
        tapes.with("format", "new_tape", "label", "TAPE01", "tapeExpiration", "2026-01-02")
                .append("one", "abcd");
        tapes.putBack(1);
        tapes.library.operatorTakes(io.saddlebag.library.Element.slot(1));
        tapes.clock.passes(Duration.ofDays(2));
        asked(tapes);
        tapes.with("format", "new_tape", "label", "TAPE01", "rewind", "true");
        refused(VolumeFault.NO_VOLUME, () -> tapes.append("two", "efgh"));
        assertThat(tapes.notes).anyMatch(n -> n.contains("label TAPE01 is on another cartridge"));
        assertThat(tapes.library.drawing("A2")).isEmpty();
    }

    @Test
    @Tag("M10")
    void when_labels_end_the_section_is_taken_back() throws Exception {
        Tapes tapes = tapes("A1", "A2").with("format", "new_tape", "label", "TAPE99");
        assertThatThrownBy(() -> tapes.append("i", Tapes.letters(250)))
                .hasMessageContaining("there is no label of 6 characters for volume 2 after TAPE99; name more labels");
        assertThat(tapes.volume("TAPE99").files()).isZero();
    }

    @Test
    @Tag("M10")
    void the_first_file_judges_when_a_volume_expires() throws Exception {
        Tapes tapes = tapes("A1");
        tapes.with("format", "new_tape", "tapeExpiration", "2026-01-05").append("one", "abcd");
        tapes.with("format", "new_tape", "tapeExpiration", NEXT_YEAR).append("two", "efgh");
        assertThat(tapes.notes).anyMatch(n -> n.startsWith("volume VOL000001 is appended to and keeps its expiration"));
        tapes.clock.passes(Duration.ofDays(5));
        StoredImage three = tapes.with("format", "new_tape").append("three", "ijkl");
        assertThat(volumes(three)).containsExactly("VOL000002");
        assertThat(tapes.library.drawing("A1")).startsWith("VOL1000002");
    }

    @Test
    @Tag("M29")
    void owner_and_protection_are_those_of_all_volumes_with_rewind() throws Exception {
        Tapes tapes = tapes("A1", "A2")
                .with("format", "new_tape", "rewind", "true", "owner", "[sales,jane]", "protection", "(S,O,G:W,W:R)");
        StoredImage image = tapes.append("i", Tapes.letters(200));
        for (String volume : volumes(image)) {
            assertThat(tapes.volume(volume).owner()).isEqualTo("[sales,jane]");
            assertThat(tapes.volume(volume).protection()).hasToString("S:RW,O:RW,G:RW,W:R");
        }
        assertThat(tapes.library.drawing("A2")).contains("S:RW,O:RW,G:RW,W:R").contains("[sales,jane]");
    }

    @Test
    @Tag("M29")
    void without_rewind_they_are_those_of_all_volumes_but_the_first() throws Exception {
        Tapes tapes = tapes("A1", "A2");
        tapes.append("one", "abcd");
        tapes.with("format", "new_tape", "owner", "john", "protection", "O:RW");
        StoredImage image = tapes.append("two", Tapes.letters(130));
        assertThat(volumes(image)).hasSize(2);
        assertThat(tapes.notes).anyMatch(n -> n.startsWith("volume VOL000001 keeps its owner and protection"));
        assertThat(tapes.volume("VOL000001").owner()).isEqualTo("jane");
        assertThat(tapes.volume("VOL000001").protection()).isNull();
        assertThat(tapes.volume("VOL000002").owner()).isEqualTo("john");
        assertThat(tapes.volume("VOL000002").protection()).hasToString("S:RW,O:RW,G,W");
    }

    private StoredImage protectedImage(Tapes tapes, String protection) throws Exception {
        return tapes.with("format", "new_tape", "rewind", "true", "owner", "[sales,ann]", "protection", protection)
                .append("one", "abcd");
    }

    private static String read(Tapes tapes, StoredImage image, Requester who) throws Exception {
        try (InputStream in = tapes.store.read(image.image().imageId(), image.sections(), who)) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    @Tag("M29")
    void a_volume_is_read_by_those_who_may() throws Exception {
        Tapes tapes = tapes("A1");
        StoredImage image = protectedImage(tapes, "S:RW,O:R,G,W");
        assertThat(read(tapes, image, Requester.of("root"))).isEqualTo("abcd");
        assertThat(read(tapes, image, new Requester("ann", Set.of("sales"), false)))
                .isEqualTo("abcd");
        for (Requester other : List.of(Requester.user("jane"), new Requester("jane", Set.of("sales"), false))) {
            assertThatThrownBy(() -> read(tapes, image, other))
                    .isInstanceOfSatisfying(
                            VolumeException.class, e -> assertThat(e.code()).isEqualTo(VolumeFault.PROTECTED))
                    .hasMessageContaining(
                            "belongs to [sales,ann] with protection S:RW,O:R,G,W, and jane may not read it");
        }
    }

    @Test
    @Tag("M29")
    @Tag("M10")
    void a_volume_is_written_by_those_who_may_and_overwritten_by_its_owner_alone() throws Exception {
        Tapes world = tapes("A1");
        protectedImage(world, "W:RW");
        assertThat(volumes(world.with().append("two", "efgh"))).containsExactly("VOL000001");
        world.register.record(NewVolume.inState(world.volume("VOL000001"), Volume.State.REUSABLE));
        asked(world);
        refused(VolumeFault.NO_VOLUME, () -> world.restart().append("three", "efgh"));

        Tapes nobody = tapes("A1");
        protectedImage(nobody, "W:R");
        List<String> asked = asked(nobody);
        refused(VolumeFault.NO_VOLUME, () -> nobody.with().append("two", "efgh"));
        assertThat(asked).singleElement().asString().contains("belongs to another owner");
    }

    @Test
    @Tag("M5")
    void a_drive_that_knows_no_densities_refuses_one_by_its_name() throws Exception {
        Tapes tapes = tapes("A1").with("format", "new_tape", "density", "LTO3,nocompaction");
        assertThatThrownBy(() -> tapes.append("i", "abcd"))
                .hasMessageContaining("SBG-M021 drive memory-drive1 can't be told density LTO3,nocompaction");
        assertThat(tapes.library.drawing("A1")).isEmpty();
    }

    @Test
    @Tag("M5")
    void without_a_media_loader_cartridges_in_slots_are_the_operators() throws Exception {
        Tapes tapes = tapes("A1").with("format", "new_tape", "mediaLoader", "false");
        List<String> asked = asked(tapes);
        refused(VolumeFault.NO_VOLUME, () -> tapes.append("i", "abcd"));
        assertThat(asked)
                .singleElement()
                .asString()
                .contains("cartridge A1 in se1 is in no drive, and nothing here changes cartridges");
    }

    /** Volumes used again under their own labels, and everything goes wrong once: right data or a loud failure. */
    @Test
    @Tag("M10")
    @Tag("Q11")
    void labels_used_again_survive_every_fault_of_the_drive() throws Exception {
        String data = Tapes.letters(150);
        int struck = 0;
        int converged = 0;
        for (DriveFault fault : DriveFault.values()) {
            for (long n = 1; ; n++) {
                FaultPlan plan = FaultPlan.seeded(n);
                Tapes tapes = Tapes.with(
                                b -> b.capacity(Capacity.ofBlocks(50, Tapes.MARGIN))
                                        .faults(plan),
                                "A1",
                                "A2")
                        .framed("none", 0)
                        .with("format", "new_tape", "label", "TAPE01,TAPE02", "tapeExpiration", "2026-01-02");
                tapes.append("one", data);
                tapes.restart().clock.passes(Duration.ofDays(2));
                tapes.with(
                        "format", "new_tape", "label", "TAPE01,TAPE02", "tapeExpiration", NEXT_YEAR, "rewind", "true");
                long before = plan.operations();
                plan.atOperation(before + n, fault);
                boolean stored = again(tapes, data);
                if (plan.operations() < before + n) {
                    break;
                }
                if (plan.struck().isEmpty() || stored) {
                    continue;
                }
                struck++;
                plan.stop();
                plan.power().restore();
                tapes.restart();
                boolean repeated = again(tapes, data);
                converged += repeated ? 1 : 0;
                if (fault.name().startsWith("POWER_LOSS") && !repeated) {
                    // a section that was whole fills its volume until that expires, though its image never was
                    assertThat(tapes.volume("TAPE01").state())
                            .as(fault + " at " + n + ": " + tapes.notes)
                            .isEqualTo(Volume.State.FULL);
                }
            }
        }
        assertThat(struck).isGreaterThan(100);
        assertThat(converged).isGreaterThan(300);
    }

    private static boolean again(Tapes tapes, String data) throws Exception {
        try {
            StoredImage two = tapes.append("two", data);
            assertThat(tapes.read(two)).isEqualTo(data);
            return true;
        } catch (BackupException | PowerFailure e) {
            return false;
        }
    }
}
