package io.saddlebag.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.media.Volume;
import io.saddlebag.tape.BlockAddress;
import io.saddlebag.tape.memory.Capacity;
import io.saddlebag.tape.memory.DriveFault;
import io.saddlebag.tape.memory.DriveOperation;
import io.saddlebag.tape.memory.FaultPlan;
import io.saddlebag.tape.memory.MemoryCartridge;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Blocks of 84 bytes, of which 4 are data. */
@Tag("M7")
class ProtectedSectionsTest {
    private static final String DATA = Tapes.letters(42); // ten blocks and a half

    private static Tapes tapes(int groupSize, MemoryCartridge... cartridges) throws Exception {
        return Tapes.with(b -> {
                    b.slots(4);
                    for (MemoryCartridge c : cartridges) {
                        b.cartridge(c);
                    }
                })
                .framed("autodin-ii", groupSize);
    }

    private static MemoryCartridge cartridge(String barcode, long warning) {
        return new MemoryCartridge(barcode, Capacity.ofBlocks(warning, Tapes.MARGIN));
    }

    @Test
    @Tag("M6")
    void sections_end_with_a_closed_group_wherever_the_warning_falls() throws Exception {
        for (int groupSize : new int[] {0, 1, 3, 4, 100}) {
            for (int warning = 17; warning <= 60; warning++) {
                Tapes tapes = tapes(groupSize, cartridge("A1", warning), cartridge("A2", 1000));
                String which = "groups of " + groupSize + ", warning after " + warning + " blocks";
                StoredImage image = tapes.append("i", DATA);
                assertThat(tapes.read(image)).as(which).isEqualTo(DATA);
                assertThat(image.bytes()).isEqualTo(DATA.length());
                assertThat(image.sections().stream()
                                .mapToLong(StoredSection::bytes)
                                .sum())
                        .as(which)
                        .isEqualTo(DATA.length());
                for (StoredSection s : image.sections()) {
                    long data = (s.bytes() + 3) / 4;
                    long recovery = groupSize == 0 ? 0 : (data + groupSize - 1) / groupSize;
                    assertThat(s.blocks()).as(which).isEqualTo(data + recovery);
                }
                assertThat(tapes.notes).noneMatch(n -> n.contains("lost"));
            }
        }
    }

    @Test
    @Tag("M6")
    void any_block_of_any_section_may_be_unreadable() throws Exception {
        Tapes tapes = tapes(3, cartridge("A1", 24), cartridge("A2", 1000));
        StoredImage image = tapes.append("i", DATA);
        assertThat(image.sections()).hasSize(2);
        tapes.store.close();
        for (StoredSection section : image.sections()) {
            String barcode = tapes.volume(section.volume().value()).barcode().value();
            for (long block = 0; block < section.blocks(); block++) {
                Tapes damaged = new Tapes(tapes.library, tapes.register).framed("autodin-ii", 3);
                MemoryCartridge cartridge = tapes.library.cartridge(barcode);
                cartridge.damage(section.data().plus(block));
                assertThat(damaged.read(image))
                        .as(section.volume() + " " + block)
                        .isEqualTo(DATA);
                String address = section.data().plus(block).toString();
                String rebuilt = "block " + block + " was rebuilt from its group";
                String spared = "recovery block " + block + " is lost, and was not needed";
                assertThat(damaged.notes)
                        .anyMatch(n -> n.startsWith("volume " + section.volume() + ": " + address + " ")
                                && n.endsWith("reading goes on behind it"))
                        .anyMatch(n -> (n.contains(rebuilt) || n.contains(spared)) && n.endsWith(", at " + address));
                damaged.store.close();
                tapes.library.cartridge(barcode).heal(section.data().plus(block));
            }
        }
    }

    @Test
    void two_unreadable_blocks_of_a_group_end_the_restore_and_are_named() throws Exception {
        Tapes tapes = tapes(3, cartridge("A1", 1000));
        StoredImage image = tapes.append("i", DATA);
        BlockAddress data = image.sections().get(0).data();
        tapes.library.cartridge("A1").damage(data.plus(4)).damage(data.plus(6));
        assertThatThrownBy(() -> tapes.read(image))
                .isInstanceOfSatisfying(
                        VolumeException.class, e -> assertThat(e.code()).isEqualTo(VolumeFault.SECTION_UNREADABLE))
                .hasMessageContaining(
                        "section 1 of image i on volume VOL000001 can't be read any further after 12 bytes")
                .hasMessageContaining("blocks 4, 6 of group 2 of section 1 of image i are lost and can't be rebuilt");
    }

    @Test
    void without_groups_an_unreadable_block_ends_the_restore() throws Exception {
        Tapes tapes = tapes(0, cartridge("A1", 1000));
        StoredImage image = tapes.append("i", DATA);
        tapes.library.cartridge("A1").damage(image.sections().get(0).data().plus(2));
        assertThatThrownBy(() -> tapes.read(image))
                .hasMessageContaining("block 2 of section 1 of image i is lost and can't be rebuilt: the section has no"
                        + " recovery blocks");
    }

    @Test
    void an_unreadable_label_or_filemark_is_no_lost_block() throws Exception {
        Tapes tapes = tapes(3, cartridge("A1", 1000));
        StoredImage image = tapes.append("i", DATA);
        StoredSection s = image.sections().get(0);
        for (BlockAddress at :
                List.of(s.label(), s.data().plus(s.blocks()), s.data().plus(s.blocks() + 1))) {
            tapes.library.cartridge("A1").damage(at);
            assertThatThrownBy(() -> tapes.read(image))
                    .isInstanceOfSatisfying(
                            VolumeException.class, e -> assertThat(e.code()).isEqualTo(VolumeFault.SECTION_UNREADABLE));
            tapes.library.cartridge("A1").heal(at);
        }
        assertThat(tapes.read(image)).isEqualTo(DATA);
    }

    @Test
    void a_block_that_comes_back_wrong_is_rebuilt() throws Exception {
        for (String crc : new String[] {"checksum", "autodin-ii"}) {
            FaultPlan plan = FaultPlan.seeded(3);
            Tapes tapes = Tapes.with(b -> b.faults(plan), "A1").framed(crc, 3);
            StoredImage image = tapes.append("i", DATA);
            tapes.read(image); // mounted: what follows reads ten label records and a filemark first
            for (long block = 1; block <= image.sections().get(0).blocks(); block++) {
                plan.at(DriveOperation.READ, plan.operations(DriveOperation.READ) + 11 + block, DriveFault.FLIPPED_BIT);
                assertThat(tapes.read(image)).as(crc + " " + block).isEqualTo(DATA);
            }
            assertThat(plan.struck()).hasSize(15);
            assertThat(tapes.notes).filteredOn(n -> n.contains("was rebuilt")).hasSize(11);
        }
    }

    @Test
    void without_a_check_wrong_data_is_found_at_the_sections_end() throws Exception {
        FaultPlan plan = FaultPlan.seeded(3);
        Tapes tapes = Tapes.with(b -> b.faults(plan), "A1").framed("none", 3);
        StoredImage image = tapes.append("i", Tapes.letters(4));
        tapes.read(image);
        int found = 0;
        for (int i = 0; i < 200; i++) {
            plan.at(DriveOperation.READ, plan.operations(DriveOperation.READ) + 12, DriveFault.FLIPPED_BIT);
            try {
                assertThat(tapes.read(image)).isEqualTo(Tapes.letters(4));
            } catch (VolumeException e) {
                assertThat(e.code()).isEqualTo(VolumeFault.SECTION_DAMAGED);
                found++;
                tapes.read(image); // mounts it again
            }
        }
        assertThat(found).isPositive();
    }

    @Test
    void bare_and_framed_images_share_a_volume() throws Exception {
        Tapes tapes = tapes(2, cartridge("A1", 1000));
        StoredImage framed = tapes.append("framed", DATA);
        StoredImage bare = tapes.with().append("bare", DATA);
        StoredImage again =
                tapes.with("format", "new_tape", "blockSize", "2048").append("again", DATA);
        assertThat(tapes.restart().read(framed)).isEqualTo(DATA);
        assertThat(tapes.read(bare)).isEqualTo(DATA);
        assertThat(tapes.read(again)).isEqualTo(DATA);
        assertThat(again.sections().get(0).blocks()).isEqualTo(2);
        assertThat(tapes.volume("VOL000001").state()).isEqualTo(Volume.State.APPENDABLE);
    }

    @Test
    @Tag("C1")
    void labels_alone_say_where_framed_sections_are() throws Exception {
        Tapes tapes = tapes(3, cartridge("A1", 1000));
        StoredImage image = tapes.append("i", DATA);
        tapes.store.close();
        ScannedVolume scanned = new VolumeOperations(
                        tapes.library, tapes.register, Dependents.NONE, tapes.notes::add, tapes.clock)
                .scanVolume(Target.at(io.saddlebag.library.Element.drive(1)));
        assertThat(scanned.sections()).extracting(FoundSection::toStored).isEqualTo(image.sections());
        assertThat(scanned.problem()).isEmpty();
    }

    @Test
    void a_section_of_no_data_has_no_blocks() throws Exception {
        Tapes tapes = tapes(3, cartridge("A1", 1000));
        StoredImage image = tapes.append("i", "");
        assertThat(image.sections().get(0).blocks()).isZero();
        assertThat(tapes.read(image)).isEmpty();
    }
}
