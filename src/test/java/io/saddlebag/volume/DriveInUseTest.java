package io.saddlebag.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.library.Library;
import io.saddlebag.media.Volume;
import io.saddlebag.scsi.memory.SimulatedCartridge;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two jobs of a node that need one drive, and what happens to a drive between two jobs. */
@Tag("M19")
class DriveInUseTest {
    private static final String DATA = "abcdefgh";

    private final ScsiSite site = new ScsiSite(ScsiSite.Layout.of(60, "A1", "B2"), new MemoryVolumeRegister());

    /** Waits so often; what happens meanwhile, the test says. */
    private static final class CountingDesk implements OperatorDesk {
        final List<String> asked = new ArrayList<>();
        private final int most;
        private final Meanwhile meanwhile;

        CountingDesk(int most, Meanwhile meanwhile) {
            this.most = most;
            this.meanwhile = meanwhile;
        }

        interface Meanwhile {
            void happens(int wait) throws IOException;
        }

        @Override
        public void needVolume(String what) throws IOException {
            throw new IOException("nobody is asked for " + what);
        }

        @Override
        public boolean awaitsDrive(String what) throws IOException {
            asked.add(what);
            meanwhile.happens(asked.size());
            return asked.size() <= most;
        }
    }

    private TapeStore job(ScsiSite.Program program, OperatorDesk desk) {
        Attendants attendants = new Attendants(desk, FoundImages.LEFT_ALONE, site.notes::add);
        return new TapeStore(program.library, site.register, Dependents.NONE, attendants, site.clock, Tapes.FOUR);
    }

    private static String read(TapeStore store, StoredImage image) throws IOException {
        try (InputStream in = store.read(image.image().imageId(), image.sections())) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static StoredImage append(TapeStore store, String id) throws Exception {
        InputStream data = new ByteArrayInputStream(DATA.getBytes(StandardCharsets.US_ASCII));
        return store.append(Tapes.image(id), null, data, ProgressListener.SILENT);
    }

    @Test
    void a_volume_that_another_job_has_mounted_is_read_when_it_is_given_back() throws Exception {
        try (ScsiSite.Program program = site.open("node")) {
            TapeStore writer = job(program, OperatorDesk.UNATTENDED);
            StoredImage image = append(writer, "one");
            CountingDesk desk = new CountingDesk(9, wait -> {
                if (wait == 3) {
                    writer.close();
                }
            });
            TapeStore reader = job(program, desk);

            assertThat(read(reader, image)).isEqualTo(DATA);

            assertThat(desk.asked).hasSize(3);
            assertThat(desk.asked.get(0))
                    .isEqualTo("volume VOL000001 is to be read, and none of the drives [dte1] of library lib is free");
            assertThat(site.notes).contains("volume VOL000001 is mounted; the job goes on");
            reader.close();
        }
    }

    @Test
    void when_waiting_ends_the_failure_says_who_is_waited_for() throws Exception {
        try (ScsiSite.Program program = site.open("node")) {
            TapeStore writer = job(program, OperatorDesk.UNATTENDED);
            StoredImage image = append(writer, "one");
            TapeStore reader = job(program, new CountingDesk(4, wait -> {}));

            assertThatThrownBy(() -> read(reader, image))
                    .satisfies(e -> assertThat(((VolumeException) e).code()).isEqualTo(VolumeFault.NO_DRIVE_FREE));

            // the other one is not disturbed
            append(writer, "two");
            writer.close();
            assertThat(read(reader, image)).isEqualTo(DATA);
            reader.close();
        }
    }

    /** Each has what the other one wants: nobody holds a drive while he waits. */
    @Test
    void a_job_that_waits_gives_its_own_drive_back() throws Exception {
        ScsiSite two = new ScsiSite(ScsiSite.Layout.of(60, "A1", "B2").drives(2), new MemoryVolumeRegister());
        try (ScsiSite.Program program = two.open("node")) {
            StoredImage image = program.append("one", null, "abcd".repeat(70));
            assertThat(image.sections()).hasSize(2);
            String second = image.sections().get(1).volume().value();
            program.store.close();
            var at = program.library.inventory().elements().stream()
                    .filter(e -> e.full()
                            && e.barcode()
                                    .equals(two.register
                                            .find(image.sections().get(1).volume())
                                            .orElseThrow()
                                            .barcode()))
                    .findFirst()
                    .orElseThrow();
            List<Library.Reservation> others = new ArrayList<>();
            boolean[] ownWasFree = new boolean[1];
            CountingDesk desk = new CountingDesk(9, wait -> {
                for (var drive : program.library.drives().keySet()) {
                    if (!drive.equals(at.element())) {
                        program.library.reserve(drive).close();
                        ownWasFree[0] = true;
                    }
                }
                others.get(0).close();
            });
            Attendants attendants = new Attendants(desk, FoundImages.LEFT_ALONE, two.notes::add);
            TapeStore reader =
                    new TapeStore(program.library, two.register, Dependents.NONE, attendants, two.clock, Tapes.FOUR);
            others.add(program.library.reserve(at.element()));

            assertThat(read(reader, image)).isEqualTo("abcd".repeat(70));

            assertThat(ownWasFree[0]).isTrue();
            assertThat(desk.asked).anyMatch(what -> what.contains(second));
            reader.close();
        }
    }

    @Test
    void a_reset_between_two_images_of_a_job_costs_nothing() throws Exception {
        try (ScsiSite.Program program = site.open("node")) {
            StoredImage one = program.append("one", null, DATA);
            site.tape(1).reset();

            StoredImage two = program.append("two", null, DATA);

            assertThat(two.sections().get(0).volume())
                    .isEqualTo(one.sections().get(0).volume());
            assertThat(program.read(one)).isEqualTo(DATA);
            assertThat(program.read(two)).isEqualTo(DATA);
            assertThat(site.notes).anyMatch(note -> note.contains("drive1 is looked at anew before more is written"));
        }
    }

    @Test
    void a_reset_between_two_jobs_of_a_running_node_costs_nothing() throws Exception {
        try (ScsiSite.Program program = site.open("node")) {
            TapeStore first = job(program, OperatorDesk.UNATTENDED);
            StoredImage one = append(first, "one");
            first.close();
            site.tape(1).reset();

            TapeStore second = job(program, OperatorDesk.UNATTENDED);
            StoredImage two = append(second, "two");
            second.close();
            site.tape(1).reset();
            TapeStore third = job(program, OperatorDesk.UNATTENDED);

            assertThat(read(third, one)).isEqualTo(DATA);
            assertThat(read(third, two)).isEqualTo(DATA);
            third.close();
        }
    }

    @Test
    void a_power_loss_between_two_jobs_of_a_running_node_costs_nothing() throws Exception {
        try (ScsiSite.Program program = site.open("node")) {
            StoredImage one = program.append("one", null, DATA);
            site.tape(1).powerLoss();

            StoredImage two = program.append("two", null, DATA);

            assertThat(program.read(one)).isEqualTo(DATA);
            assertThat(program.read(two)).isEqualTo(DATA);
        }
    }

    @Test
    void another_cartridge_behind_our_back_is_noticed_and_not_written() throws Exception {
        try (ScsiSite.Program program = site.open("node")) {
            program.append("one", null, DATA);
            SimulatedCartridge strange = SimulatedCartridge.ofBlocks("X9", 60, 30);
            site.tape(1).exchange(strange);

            StoredImage two = program.append("two", null, DATA);

            assertThat(strange.drawing()).isEmpty();
            assertThat(two.sections().get(0).volume().value()).isEqualTo("VOL000002");
            assertThat(site.register.volumes())
                    .extracting(Volume::state)
                    .containsExactly(Volume.State.SUSPECT, Volume.State.APPENDABLE);
        }
    }
}
