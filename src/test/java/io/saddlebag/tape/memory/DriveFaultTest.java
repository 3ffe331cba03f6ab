package io.saddlebag.tape.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.tape.BlockAddress;
import io.saddlebag.tape.ReadOutcome;
import io.saddlebag.tape.TapeDrawing;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFault;
import io.saddlebag.tape.WriteOutcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The simulator does to a tape what it says, and the same for the same seed. */
@Tag("Q12")
@Tag("Q11")
class DriveFaultTest {
    @Test
    void a_planned_fault_hits_the_planned_operation_only() throws IOException {
        FaultPlan plan = FaultPlan.none().at(DriveOperation.WRITE, 2, DriveFault.MEDIUM_ERROR_ON_WRITE);
        MemoryTapeDrive drive = loaded(plan);

        drive.write(TapeDrawing.block("abcd"));
        refuses(TapeFault.MEDIUM_ERROR, () -> drive.write(TapeDrawing.block("efgh")));
        drive.write(TapeDrawing.block("ijkl"));

        assertThat(drawing(drive)).isEqualTo("abcd|ijkl");
        assertThat(plan.struck())
                .containsExactly(new FaultPlan.Strike(3, DriveOperation.WRITE, DriveFault.MEDIUM_ERROR_ON_WRITE));
    }

    @Test
    void a_fault_that_cannot_hit_an_operation_does_nothing_there() throws IOException {
        FaultPlan plan = FaultPlan.none().atOperation(2, DriveFault.MEDIUM_ERROR_ON_READ);

        TapeDrawing.write(loaded(plan), "abcd|#");

        assertThat(plan.struck()).isEmpty();
        assertThat(plan.operations()).isEqualTo(3);
    }

    @Test
    void a_damaged_block_stays_unreadable_and_can_be_passed() throws IOException {
        MemoryTapeDrive drive = loaded(FaultPlan.none());
        TapeDrawing.write(drive, "abcd|efgh|#");
        drive.cartridge().orElseThrow().damage(new BlockAddress(0));
        drive.rewind();

        refuses(TapeFault.MEDIUM_ERROR, () -> drive.read(ByteBuffer.allocate(4)));
        refuses(TapeFault.MEDIUM_ERROR, () -> drive.read(ByteBuffer.allocate(4)));
        assertThat(drive.position().atBeginning()).isTrue();
        drive.locate(new BlockAddress(1));
        assertThat(TapeDrawing.rest(drive)).isEqualTo("efgh|#");
    }

    @Test
    void a_failed_write_may_be_on_the_tape_or_not_and_the_position_tells() throws IOException {
        Set<String> seen = new HashSet<>();
        for (long seed = 0; seed < 20; seed++) {
            FaultPlan plan = FaultPlan.seeded(seed).at(DriveOperation.WRITE, 2, DriveFault.DRIVE_ERROR);
            MemoryTapeDrive drive = loaded(plan);
            TapeDrawing.write(drive, "abcd");
            refuses(TapeFault.DRIVE_ERROR, () -> drive.write(TapeDrawing.block("efgh")));
            refuses(TapeFault.POSITION_LOST, () -> drive.write(TapeDrawing.block("ijkl")));

            assertThat(drive.position().next().value())
                    .isEqualTo(drive.cartridge().orElseThrow().objects());
            drive.write(TapeDrawing.block("ijkl"));

            seen.add(drawing(drive));
        }
        assertThat(seen).containsExactlyInAnyOrder("abcd|ijkl", "abcd|efgh|ijkl");
    }

    @Test
    void a_power_loss_in_a_write_keeps_a_prefix_that_has_all_up_to_the_last_filemark() throws IOException {
        Set<String> seen = new HashSet<>();
        for (long seed = 0; seed < 60; seed++) {
            FaultPlan plan = FaultPlan.seeded(seed).at(DriveOperation.WRITE, 4, DriveFault.POWER_LOSS_DURING);
            MemoryTapeDrive drive = loaded(plan);
            assertThatThrownBy(() -> TapeDrawing.write(drive, "a|#|b|c|d|#")).isInstanceOf(PowerFailure.class);
            assertThatThrownBy(drive::rewind).isInstanceOf(PowerFailure.class);
            plan.power().restore();
            seen.add(drawing(drive));
        }
        assertThat(seen).containsExactlyInAnyOrder("a|#", "a|#|b", "a|#|b|c");
    }

    @Test
    void a_power_loss_in_two_filemarks_leaves_none_one_or_both() throws IOException {
        Set<String> seen = new HashSet<>();
        for (long seed = 0; seed < 60; seed++) {
            FaultPlan plan = FaultPlan.seeded(seed).at(DriveOperation.WRITE_FILEMARKS, 1, DriveFault.POWER_LOSS_DURING);
            MemoryTapeDrive drive = loaded(plan);
            drive.write(TapeDrawing.block("a"));
            assertThatThrownBy(() -> drive.writeFilemarks(2)).isInstanceOf(PowerFailure.class);
            seen.add(drawing(drive));
        }
        assertThat(seen).containsExactlyInAnyOrder("", "a", "a|#", "a|#|#");
    }

    @Test
    void an_overwritten_tape_is_its_old_self_or_the_new_after_a_power_loss() throws IOException {
        Set<String> seen = new HashSet<>();
        for (long seed = 0; seed < 60; seed++) {
            MemoryTapeDrive drive = loaded(FaultPlan.seeded(seed));
            TapeDrawing.write(drive, "a|b|#|#");
            drive.locate(new BlockAddress(1));
            TapeDrawing.write(drive, "x|y");
            drive.powerLoss(seed);
            seen.add(drawing(drive));
        }
        assertThat(seen).containsExactlyInAnyOrder("a|b|#|#", "a", "a|x", "a|x|y");
    }

    @Test
    void a_power_loss_after_a_filemark_finds_it_on_the_tape() {
        FaultPlan plan = FaultPlan.none().at(DriveOperation.WRITE_FILEMARKS, 1, DriveFault.POWER_LOSS_AFTER);
        MemoryTapeDrive drive = drive(plan);

        assertThatThrownBy(() -> {
                    drive.load();
                    TapeDrawing.write(drive, "a|#");
                })
                .isInstanceOf(PowerFailure.class);

        assertThat(drawing(drive)).isEqualTo("a|#");
    }

    @Test
    void a_reset_drive_forgets_its_buffer_only_and_stands_at_the_beginning() throws IOException {
        FaultPlan plan = FaultPlan.seeded(3).at(DriveOperation.WRITE, 3, DriveFault.DRIVE_RESET);
        MemoryTapeDrive drive = loaded(plan);
        TapeDrawing.write(drive, "a|#|b");

        refuses(TapeFault.UNIT_ATTENTION, () -> drive.write(TapeDrawing.block("c")));

        assertThat(drive.position().atBeginning()).isTrue();
        assertThat(TapeDrawing.rest(drive)).isIn("a|#", "a|#|b");
    }

    @Test
    void an_exchanged_cartridge_is_noticed_once() throws IOException {
        MemoryTapeDrive drive = loaded(FaultPlan.none());
        TapeDrawing.write(drive, "a|#");
        drive.exchange(new MemoryCartridge("OTHER", Capacity.ENDLESS));

        refuses(TapeFault.UNIT_ATTENTION, () -> drive.write(TapeDrawing.block("b")));

        assertThat(drawing(drive)).isEmpty();
        drive.write(TapeDrawing.block("b"));
        assertThat(drawing(drive)).isEqualTo("b");
    }

    @Test
    void early_warning_and_the_end_can_be_put_at_any_block() throws IOException {
        FaultPlan plan = FaultPlan.none()
                .at(DriveOperation.WRITE, 2, DriveFault.EARLY_WARNING)
                .at(DriveOperation.WRITE, 4, DriveFault.END_OF_MEDIUM);
        MemoryTapeDrive drive = loaded(plan);

        assertThat(drive.write(TapeDrawing.block("a"))).isEqualTo(WriteOutcome.WRITTEN);
        assertThat(drive.write(TapeDrawing.block("b"))).isEqualTo(WriteOutcome.WRITTEN_PAST_EARLY_WARNING);
        assertThat(drive.write(TapeDrawing.block("c"))).isEqualTo(WriteOutcome.WRITTEN_PAST_EARLY_WARNING);
        refuses(TapeFault.END_OF_MEDIUM, () -> drive.write(TapeDrawing.block("d")));
        refuses(TapeFault.END_OF_MEDIUM, () -> drive.write(TapeDrawing.block("d")));

        drive.writeFilemarks(1);
        assertThat(drawing(drive)).isEqualTo("a|b|c|#");
    }

    @Test
    void a_lost_write_shows_in_the_position_only_and_a_flipped_bit_in_the_data_only() throws IOException {
        FaultPlan plan = FaultPlan.seeded(5)
                .at(DriveOperation.WRITE, 2, DriveFault.LOST_WRITE)
                .at(DriveOperation.READ, 1, DriveFault.FLIPPED_BIT);
        MemoryTapeDrive drive = loaded(plan);
        TapeDrawing.write(drive, "abcd|efgh");

        assertThat(drive.position().next()).isEqualTo(new BlockAddress(1));
        drive.rewind();
        ByteBuffer into = ByteBuffer.allocate(4);
        assertThat(drive.read(into)).isEqualTo(ReadOutcome.block(4));
        assertThat(into.array()).isNotEqualTo("abcd".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertThat(drawing(drive)).isEqualTo("abcd");
    }

    @Test
    void every_fault_hits_every_operation_it_can_and_the_same_seed_repeats_it() throws IOException {
        for (DriveFault fault : DriveFault.values()) {
            for (int n = 1; n <= 12; n++) {
                assertThat(run(fault, n)).as("%s at operation %d", fault, n).isEqualTo(run(fault, n));
            }
        }
        for (long seed = 0; seed < 50; seed++) {
            FaultPlan plan = FaultPlan.seeded(seed).often(3, List.of(DriveFault.values()));
            FaultPlan again = FaultPlan.seeded(seed).often(3, List.of(DriveFault.values()));
            assertThat(run(plan)).as("seed %d", seed).isEqualTo(run(again));
        }
    }

    private static String run(DriveFault fault, int operation) throws IOException {
        FaultPlan plan = FaultPlan.seeded(operation).atOperation(operation, fault);
        return run(plan);
    }

    private static String run(FaultPlan plan) throws IOException {
        MemoryTapeDrive drive = drive(plan);
        String end;
        try {
            drive.load();
            TapeDrawing.write(drive, "a|b|#|c|#|#");
            drive.position();
            drive.rewind();
            end = TapeDrawing.rest(drive);
        } catch (TapeException e) {
            end = e.what();
        } catch (PowerFailure e) {
            end = "dead";
        }
        return end + " " + plan + " " + drawing(drive);
    }

    private static MemoryTapeDrive drive(FaultPlan plan) {
        MemoryTapeDrive drive = new MemoryTapeDrive("drive1", plan);
        drive.insert(new MemoryCartridge("SBG001L6", Capacity.ENDLESS));
        return drive;
    }

    private static MemoryTapeDrive loaded(FaultPlan plan) throws IOException {
        MemoryTapeDrive drive = drive(plan);
        drive.load();
        return drive;
    }

    private static String drawing(MemoryTapeDrive drive) {
        return drive.cartridge().orElseThrow().drawing();
    }

    private static void refuses(TapeFault fault, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TapeException.class, e -> assertThat(e.code()).isEqualTo(fault));
    }
}
