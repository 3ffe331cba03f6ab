package io.saddlebag.tape.scsi;

import static io.saddlebag.scsi.memory.LtoGeneration.LTO_10;
import static io.saddlebag.scsi.memory.LtoGeneration.LTO_3;
import static io.saddlebag.scsi.memory.LtoGeneration.LTO_4;
import static io.saddlebag.scsi.memory.LtoGeneration.LTO_5;
import static io.saddlebag.scsi.memory.LtoGeneration.LTO_6;
import static io.saddlebag.scsi.memory.LtoGeneration.LTO_7;
import static io.saddlebag.scsi.memory.LtoGeneration.LTO_8;
import static io.saddlebag.scsi.memory.LtoGeneration.LTO_9;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.library.scsi.QuickWaiter;
import io.saddlebag.scsi.DensityReport;
import io.saddlebag.scsi.TapeCommands;
import io.saddlebag.scsi.TapeDensity;
import io.saddlebag.scsi.memory.LtoGeneration;
import io.saddlebag.scsi.memory.SimulatedCartridge;
import io.saddlebag.scsi.memory.SimulatedTape;
import io.saddlebag.tape.TapeDrawing;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What drives and cartridges of LTO's generations do with each other. */
@Tag("M5")
class LtoGenerationsTest {
    /** Cartridges that a drive writes, and those that it only reads. */
    private static final Map<LtoGeneration, List<Set<LtoGeneration>>> TAKES = Map.of(
            LTO_5, List.of(Set.of(LTO_5, LTO_4), Set.of(LTO_3)),
            LTO_6, List.of(Set.of(LTO_6, LTO_5), Set.of(LTO_4)),
            LTO_7, List.of(Set.of(LTO_7, LTO_6), Set.of(LTO_5)),
            LTO_8, List.of(Set.of(LTO_8, LTO_7), Set.of()),
            LTO_9, List.of(Set.of(LTO_9, LTO_8), Set.of()),
            LTO_10, List.of(Set.of(LTO_10), Set.of()));

    private final QuickWaiter waiter = new QuickWaiter();
    private final List<String> said = new ArrayList<>();

    /** How blocks travel is another matter. */
    private void hear(String line) {
        if (!line.contains("logical block protection")) {
            said.add(line);
        }
    }

    private static SimulatedTape tape(LtoGeneration drive) {
        return new SimulatedTape("drive1", 3, Set.of()).lto(drive);
    }

    private ScsiTapeDrive open(SimulatedTape tape, DriveOptions options) throws IOException {
        return ScsiTapeDrive.open("drive1", tape, waiter, options);
    }

    private static SimulatedCartridge cartridge(LtoGeneration generation) {
        return SimulatedCartridge.ofBlocks("SBG001", 100, 10).lto(generation);
    }

    private static TapeDensity density(LtoGeneration generation) {
        return TapeDensity.ofLabel(generation.name().replace("_", "")).orElseThrow();
    }

    @ParameterizedTest
    @EnumSource(LtoGeneration.class)
    void codes_are_those_that_operators_name(LtoGeneration generation) {
        assertThat(density(generation).code()).isEqualTo(generation.code());
    }

    @Test
    void a_drive_reports_what_it_reads_and_what_it_writes() throws IOException {
        for (Map.Entry<LtoGeneration, List<Set<LtoGeneration>>> drive : TAKES.entrySet()) {
            SimulatedTape tape = tape(drive.getKey());
            ByteBuffer answer = ByteBuffer.allocate(DensityReport.BYTES);
            tape.execute(TapeCommands.reportDensities(answer)); // power on
            tape.execute(TapeCommands.reportDensities(answer));
            DensityReport report = DensityReport.parse(answer.array());

            assertThat(report.writable()).isEqualTo(codes(drive.getValue().get(0)));
            Set<Integer> readable = codes(drive.getValue().get(0));
            readable.addAll(codes(drive.getValue().get(1)));
            assertThat(report.readable()).isEqualTo(readable);
        }
    }

    private static Set<Integer> codes(Set<LtoGeneration> generations) {
        Set<Integer> codes = new java.util.TreeSet<>();
        generations.forEach(each -> codes.add(each.code()));
        return codes;
    }

    @Test
    void each_drive_writes_reads_or_refuses_each_cartridge() throws IOException {
        for (LtoGeneration generation : TAKES.keySet()) {
            for (LtoGeneration cartridge : LtoGeneration.values()) {
                String what = generation + " with " + cartridge;
                SimulatedTape tape = tape(generation).insert(cartridge(cartridge));
                ScsiTapeDrive drive = open(tape, DriveOptions.DEFAULT);
                boolean writes = TAKES.get(generation).get(0).contains(cartridge);
                boolean reads = writes || TAKES.get(generation).get(1).contains(cartridge);
                if (!reads) {
                    refuses(TapeFault.UNUSABLE_MEDIUM, drive::load);
                    drive.unload();
                    assertThat(tape.remove().name()).as(what).isEqualTo("SBG001");
                    continue;
                }
                drive.load();
                assertThat(drive.state().writeProtected()).as(what).isEqualTo(!writes);
                if (writes) {
                    TapeDrawing.write(drive, "ab|#");
                    assertThat(tape.density()).as(what).isEqualTo(cartridge.code());
                } else {
                    refuses(TapeFault.WRITE_PROTECTED, () -> TapeDrawing.write(drive, "ab"));
                }
            }
        }
    }

    @Test
    void a_density_is_that_of_the_cartridge_or_refused_before_anything_is_written() throws IOException {
        for (LtoGeneration generation : TAKES.keySet()) {
            SimulatedTape tape = tape(generation).insert(cartridge(generation));
            ScsiTapeDrive drive = open(tape, DriveOptions.DEFAULT);
            drive.load();
            drive.setDensity(density(generation).label(), "AS_IT_IS");
            TapeDrawing.write(drive, "ab|#");

            for (LtoGeneration other : LtoGeneration.values()) {
                if (other != generation) {
                    drive.rewind();
                    assertThatThrownBy(() -> drive.setDensity(density(other).label(), "AS_IT_IS"))
                            .as("%s on %s", other, generation)
                            .isInstanceOf(TapeException.class)
                            .hasMessageContaining("drive1 ")
                            .hasMessageContaining(density(other).label());
                }
            }
            assertThat(tape.cartridge().orElseThrow().drawing()).isEqualTo("ab|#");
        }
    }

    @Test
    void a_configured_density_does_not_keep_older_cartridges_from_being_read() throws IOException {
        SimulatedCartridge older = cartridge(LTO_7);
        ScsiTapeDrive writer = open(tape(LTO_7).insert(older), DriveOptions.DEFAULT);
        writer.load();
        TapeDrawing.write(writer, "ab|#");
        SimulatedTape tape = tape(LTO_8).insert(older);
        tape.execute(TapeCommands.rewind()); // power on
        ScsiTapeDrive drive = open(tape, DriveOptions.DEFAULT.withDensity(TapeDensity.LTO8));

        drive.load();

        assertThat(TapeDrawing.rest(drive)).isEqualTo("ab|#");
        refuses(TapeFault.BAD_DENSITY, () -> TapeDrawing.write(drive, "cd"));
        assertThat(older.drawing()).isEqualTo("ab|#");
    }

    private static void refuses(TapeFault fault, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TapeException.class, e -> assertThat(e.code()).isEqualTo(fault));
    }

    @Test
    @Tag("Q11")
    void a_new_lto_9_cartridge_is_waited_for_and_that_is_said() throws IOException {
        SimulatedTape tape =
                tape(LTO_9).measures(Duration.ofHours(2), waiter::nanos).slowLoads(3);
        ScsiTapeDrive drive = open(tape, DriveOptions.DEFAULT);
        SimulatedCartridge fresh = cartridge(LTO_9);
        tape.insert(fresh);

        drive.load(this::hear);

        assertThat(Duration.ofNanos(waiter.nanos())).isBetween(Duration.ofHours(2), Duration.ofMinutes(121));
        assertThat(said).hasSize(9);
        assertThat(said.get(0))
                .isEqualTo("drive drive1 has been getting its cartridge ready for 2 minutes; a new LTO-9 cartridge is"
                        + " measured when it is loaded for the first time, which takes up to two hours and must not be"
                        + " interrupted");
        assertThat(said.get(1)).isEqualTo("drive drive1 has been getting its cartridge ready for 17 minutes");
        assertThat(said.get(8)).isEqualTo("drive drive1 is ready after 120 minutes");
        TapeDrawing.write(drive, "ab|#");

        said.clear();
        drive.unload();
        tape.remove();
        tape.insert(fresh);
        drive.load(this::hear);
        assertThat(said).isEmpty();
        assertThat(TapeDrawing.rest(drive)).isEqualTo("ab|#");
    }

    @Test
    @Tag("Q11")
    void an_older_cartridge_in_an_lto_9_drive_is_ready_at_once() throws IOException {
        SimulatedTape tape =
                tape(LTO_9).measures(Duration.ofHours(2), waiter::nanos).slowLoads(3);
        tape.insert(cartridge(LTO_8));

        open(tape, DriveOptions.DEFAULT).load(this::hear);

        assertThat(said).isEmpty();
        assertThat(Duration.ofNanos(waiter.nanos())).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    @Tag("Q11")
    void a_drive_that_never_gets_ready_fails_in_the_end() throws IOException {
        SimulatedTape tape = tape(LTO_9).measures(Duration.ofDays(2), waiter::nanos);
        tape.insert(cartridge(LTO_9));
        ScsiTapeDrive drive = open(tape, DriveOptions.DEFAULT);

        assertThatThrownBy(drive::load).hasMessageContaining("drive1 is still loading after 150 minutes");
    }

    @Test
    void a_cartridge_holds_what_its_generation_holds() {
        assertThat(Arrays.stream(LtoGeneration.values()).map(each -> each.capacityBytes() / 1_000_000_000))
                .containsExactly(400L, 800L, 1_500L, 2_500L, 6_000L, 12_000L, 18_000L, 30_000L);
        assertThat(SimulatedCartridge.of("A", LTO_10, 1_000_000_000_000L).name())
                .isEqualTo("A");
    }
}
