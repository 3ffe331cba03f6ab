package io.saddlebag.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.library.Barcode;
import io.saddlebag.media.MediaFamily;
import io.saddlebag.media.Volume;
import io.saddlebag.media.VolumeId;
import io.saddlebag.scsi.memory.ChangerFault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What went wrong with volumes and drives in other programs; the numbers are of Bareos' issues. */
@Tag("M14")
@Tag("M15")
@Tag("Q11")
class KnownWrongVolumeTest {
    private static final MediaFamily RED = new MediaFamily("red", null, null, MediaFamily.Expiration.TIME);
    private static final MediaFamily SHORT =
            new MediaFamily("short", Duration.ofDays(1), Duration.ZERO, MediaFamily.Expiration.TIME);

    private static ScsiSite site(int drives, String... barcodes) {
        return new ScsiSite(
                ScsiSite.Layout.of(60, barcodes).drives(drives),
                new MemoryVolumeRegister().with(RED).with(SHORT));
    }

    private static List<String> moves(ScsiSite site) {
        return site.changer.log().stream().filter(each -> each.contains(">")).toList();
    }

    /** The cartridge is in nobody's reach any more. */
    private static void carryOut(ScsiSite site, String barcode) {
        site.changer.operatorTakes(site.changer.placeOf(barcode));
    }

    /** 1866: a restore begins to use a tape while another one unloads it. */
    @Test
    @Tag("M19")
    void a_volume_that_somebody_unloads_is_not_read_by_anybody_else_meanwhile() throws Exception {
        int steps = 1;
        int read = 0;
        for (int n = 1; n <= steps; n += 3) {
            int at = n;
            ProgramRace race = new ProgramRace((step, now) -> step < at ? 0 : 1, n % 2 == 0);
            try {
                race.play(
                        program -> {
                            race.promises.read(program, "red0");
                            ProgramRace.putAway(program);
                            race.promises.read(program, "blue0");
                        },
                        program -> {
                            race.promises.read(program, "red0");
                            race.promises.read(program, "blue0");
                        });
            } catch (AssertionError e) {
                throw new AssertionError("at step " + n + ": " + e.getMessage() + "\n" + race.history(), e);
            }
            assertThat(race.failures).allMatch(why -> why.contains(" is free") || why.contains("is empty"));
            read += 2 - race.failures.size();
            steps = Math.max(steps, race.steps());
        }
        assertThat(read)
                .as("restores that ended, of two at each of %d steps", steps)
                .isGreaterThan(steps / 3);
    }

    /** 2142: the next job doesn't use the tape that is mounted. */
    @Test
    void the_mounted_volume_is_appended_to_without_a_move() throws Exception {
        for (boolean first : new boolean[] {true, false}) {
            ScsiSite site = site(2, "A1", "B2", "C3");
            try (ScsiSite.Program program = site.open("one")) {
                if (!first) {
                    program.append("other", null, "abcd");
                }
                program.append("one", RED.name(), "abcd");
            }
            List<String> before = moves(site);

            StoredImage stored;
            try (ScsiSite.Program program = site.open("two")) {
                stored = program.append("two", RED.name(), "efgh");
            }

            assertThat(moves(site)).isEqualTo(before);
            assertThat(stored.sections()).extracting(StoredSection::fileNumber).containsExactly(2);
        }
    }

    /** 2142, 2014: two jobs of a pool, and a third tape is taken although the second drive has one that would do. */
    @Test
    @Tag("M19")
    void a_job_whose_volume_is_in_use_takes_one_other_volume_and_stays_with_it() throws Exception {
        ScsiSite site = site(2, "A1", "B2", "C3", "D4");
        try (ScsiSite.Program one = site.open("one");
                ScsiSite.Program two = site.open("two")) {
            one.append("a", RED.name(), "abcd");
            two.append("b", RED.name(), "efgh");
            two.append("c", RED.name(), "ijkl");
            two.append("d", RED.name(), "mnop");
        }
        assertThat(site.register.volumes())
                .extracting(Volume::id, Volume::files)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(new VolumeId("red-000001"), 1),
                        org.assertj.core.groups.Tuple.tuple(new VolumeId("red-000002"), 3));
    }

    /** 2014: volumes that are not in the library, or can't be written, are given to the job's pool in the catalog. */
    @Test
    void a_volume_that_could_not_be_written_stays_what_it_was_in_the_catalog() throws Exception {
        ScsiSite site = site(1, "A1", "B2", "C3");
        site.clock.passes(Duration.ofDays(-10));
        try (ScsiSite.Program program = site.open("before")) {
            program.append("a", SHORT.name(), "abcd");
            site.clock.passes(Duration.ofDays(2));
            program.append("b", SHORT.name(), "abcd");
            site.clock.passes(Duration.ofDays(2));
            program.append("c", SHORT.name(), "abcd");
            ProgramRace.putAway(program);
        }
        site.clock.passes(Duration.ofDays(6));
        List<Volume> before = site.register.volumes();
        assertThat(before).hasSize(3);
        carryOut(site, "A1");
        site.cartridge("B2").protect();
        carryOut(site, "C3");

        try (ScsiSite.Program program = site.open("now")) {
            assertThatThrownBy(() -> program.append("d", RED.name(), "efgh"))
                    .isInstanceOfSatisfying(
                            VolumeException.class, e -> assertThat(e.code()).isEqualTo(VolumeFault.NO_VOLUME))
                    .hasMessageContaining("B2");
        }

        assertThat(site.register.volumes()).isEqualTo(before);
    }

    /** 2014, with a robot that fails in between. */
    @Test
    void a_volume_that_could_not_be_loaded_stays_what_it_was_in_the_catalog() throws Exception {
        ScsiSite site = site(1, "A1");
        site.clock.passes(Duration.ofDays(-10));
        try (ScsiSite.Program program = site.open("before")) {
            program.append("a", SHORT.name(), "abcd");
            ProgramRace.putAway(program);
        }
        site.clock.passes(Duration.ofDays(10));
        List<Volume> before = site.register.volumes();
        for (ChangerFault fault : List.of(ChangerFault.LIES, ChangerFault.HARDWARE_ERROR, ChangerFault.RESERVED)) {
            site.traffic.listen((n, call) -> {
                if (call.operation() == 0xa5) {
                    site.changer.next(fault);
                    site.traffic.listen((m, other) -> {});
                }
            });
            try (ScsiSite.Program program = site.open("now")) {
                assertThatThrownBy(() -> program.append("d", RED.name(), "efgh"))
                        .isInstanceOf(java.io.IOException.class);
            }
            assertThat(site.register.volumes()).as("%s", fault).isEqualTo(before);
        }
    }

    /** 2655: a volume that is not in the changer is chosen, and an operator is waited for, although others would do. */
    @Test
    void a_volume_that_is_not_in_the_library_is_not_waited_for_while_another_will_do() throws Exception {
        ScsiSite site = site(1, "A1", "B2");
        try (ScsiSite.Program program = site.open("before")) {
            program.append("a", RED.name(), "abcd");
            ProgramRace.putAway(program);
        }
        carryOut(site, "A1");

        try (ScsiSite.Program program = site.open("now")) {
            StoredImage stored = program.append("b", RED.name(), "efgh");

            assertThat(stored.sections()).extracting(StoredSection::volume).containsExactly(new VolumeId("red-000002"));
        }
        assertThat(site.register.find(new Barcode("B2"))).isPresent();
    }

    /** 2655, with an inventory that was true when the volume was chosen. */
    @Test
    void a_volume_that_is_carried_out_at_that_moment_is_not_waited_for_either() throws Exception {
        for (int n = 1; n < 40; n++) {
            ScsiSite site = site(1, "A1", "B2");
            try (ScsiSite.Program program = site.open("before")) {
                program.append("a", RED.name(), "abcd");
                ProgramRace.putAway(program);
            }
            try (ScsiSite.Program program = site.open("now")) {
                site.changer.before(n, () -> {
                    if (site.changer.mediumAt(site.changer.placeOf("A1")).isPresent()
                            && site.changer.addresses().storage().contains(site.changer.placeOf("A1"))) {
                        carryOut(site, "A1");
                    }
                });
                StoredImage stored = program.append("b", RED.name(), "efgh");
                site.changer.calm();
                assertThat(program.read(stored))
                        .as("carried out before command %d", n)
                        .isEqualTo("efgh");
            }
        }
    }

    /** 2655, with an inventory that is read in parts while another program moves a cartridge from one to the other. */
    @Test
    @Tag("M16")
    void a_volume_that_is_moved_while_the_inventory_is_read_is_not_missed() throws Exception {
        int steps = 1;
        for (int n = 1; n <= steps; n++) {
            int at = n;
            ProgramRace race = new ProgramRace((step, now) -> step < at ? 0 : 1, false);
            race.play(
                    program -> {
                        for (int i = 0; i < 3; i++) {
                            assertThat(program.library.inventory().find(new Barcode("X3")))
                                    .as("before step %d", at)
                                    .isPresent();
                        }
                    },
                    ProgramRace::putAway);
            assertThat(race.failures).isEmpty();
            steps = Math.max(steps, race.steps());
        }
        assertThat(steps).isGreaterThan(20);
    }

    /** A changer that brings one tape whatever slot is named (rclone-changer, 1). */
    @Test
    @Tag("M16")
    void the_same_cartridge_from_every_slot_is_noticed() throws Exception {
        ScsiSite site = site(1, "A1", "B2");
        try (ScsiSite.Program program = site.open("before")) {
            program.append("a", RED.name(), "abcd");
            ProgramRace.putAway(program);
        }
        site.changer.misread("A1", "B2");
        site.changer.misread("B2", "A1");
        Map<String, String> before = site.drawings();

        try (ScsiSite.Program program = site.open("now")) {
            assertThatThrownBy(() -> program.append("b", null, "efgh")).isInstanceOf(VolumeException.class);
        }

        assertThat(site.drawings()).isEqualTo(before);
        assertThat(site.notes).anyMatch(note -> note.contains("its label says barcode A1, the library reads B2"));
    }
}
