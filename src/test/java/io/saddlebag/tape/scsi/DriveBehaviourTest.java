package io.saddlebag.tape.scsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.library.scsi.QuickWaiter;
import io.saddlebag.scsi.ScsiCommand;
import io.saddlebag.scsi.ScsiReply;
import io.saddlebag.scsi.ScsiTransport;
import io.saddlebag.scsi.memory.ChangerPlan;
import io.saddlebag.scsi.memory.SimulatedCartridge;
import io.saddlebag.scsi.memory.SimulatedTape;
import io.saddlebag.scsi.memory.TapeFaultKind;
import io.saddlebag.scsi.memory.TapeHabit;
import io.saddlebag.tape.BlockAddress;
import io.saddlebag.tape.DriveCapability;
import io.saddlebag.tape.ReadOutcome;
import io.saddlebag.tape.TapeAlert;
import io.saddlebag.tape.TapeDrawing;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFault;
import io.saddlebag.tape.WriteOutcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a real drive's ways ask of us, one at a time. */
@Tag("M3")
class DriveBehaviourTest {
    private static final int READ = 0x08;
    private static final int WRITE = 0x0a;

    private final QuickWaiter waiter = new QuickWaiter();

    private static SimulatedTape tape(TapeHabit... habits) {
        return new SimulatedTape("drive1", 3, Set.of(habits)).insert(SimulatedCartridge.ofBlocks("SBG001L6", 1000, 2));
    }

    private ScsiTapeDrive loaded(ScsiTransport tape) throws IOException {
        ScsiTapeDrive drive = ScsiTapeDrive.open("drive1", tape, waiter, DriveOptions.DEFAULT);
        drive.load();
        return drive;
    }

    @Test
    void waits_while_a_cartridge_is_being_loaded() throws IOException {
        loaded(tape().slowLoads(5));

        assertThat(waiter.nanos()).isEqualTo(Duration.ofSeconds(5).toNanos());
    }

    @Test
    void another_cartridge_is_told_once_and_then_the_drive_is_asked() throws IOException {
        SimulatedTape tape = tape();
        ScsiTapeDrive drive = loaded(tape);
        TapeDrawing.write(drive, "ab|#");
        tape.exchange(SimulatedCartridge.ofBlocks("OTHER1L6", 10, 2));

        refuses(TapeFault.UNIT_ATTENTION, () -> drive.write(TapeDrawing.block("cd")));
        refuses(TapeFault.POSITION_LOST, () -> drive.write(TapeDrawing.block("cd")));

        assertThat(drive.position().next()).isEqualTo(BlockAddress.BEGINNING);
        assertThat(tape.cartridge().orElseThrow().drawing()).isEmpty();
        assertThat(tape.count(WRITE)).isEqualTo(2);
    }

    @Test
    void a_reset_loses_the_position_and_the_settings() throws IOException {
        SimulatedTape tape = tape();
        ScsiTapeDrive drive = loaded(tape);
        TapeDrawing.write(drive, "ab|#");
        assertThat(tape.blockBytes()).isZero();
        tape.next(READ, TapeFaultKind.RESET);

        refuses(TapeFault.UNIT_ATTENTION, () -> drive.read(ByteBuffer.allocate(4)));
        refuses(TapeFault.POSITION_LOST, () -> drive.read(ByteBuffer.allocate(4)));
        assertThat(tape.blockBytes()).isEqualTo(512);

        assertThat(drive.position().next()).isEqualTo(BlockAddress.BEGINNING);
        assertThat(tape.blockBytes()).isZero();
        assertThat(TapeDrawing.rest(drive)).isEqualTo("ab|#");
    }

    @Test
    void a_deferred_error_says_that_earlier_blocks_may_be_missing() throws IOException {
        SimulatedTape tape = tape();
        ScsiTapeDrive drive = loaded(tape);
        drive.write(TapeDrawing.block("ab"));
        tape.next(WRITE, TapeFaultKind.DEFERRED_ERROR);

        assertThatThrownBy(() -> drive.write(TapeDrawing.block("cd")))
                .hasMessageContaining("drive1 could not bring blocks to the tape that it had taken before")
                .hasMessageContaining("What was written since the last filemark may be missing.");
        refuses(TapeFault.POSITION_LOST, () -> drive.writeFilemarks(1));
    }

    @Test
    @Tag("Q11")
    void whatever_the_drive_says_to_a_question_before_unloading_does_not_pass_for_unloaded() throws IOException {
        for (TapeFaultKind kind : List.of(
                TapeFaultKind.DEFERRED_ERROR,
                TapeFaultKind.HARDWARE_ERROR,
                TapeFaultKind.RESERVED,
                TapeFaultKind.NO_SENSE_DATA)) {
            SimulatedTape tape = tape();
            ScsiTapeDrive drive = loaded(tape);
            drive.write(TapeDrawing.block("ab"));
            tape.next(0x00, kind);
            assertThatThrownBy(drive::unload).as("%s", kind).isInstanceOf(TapeException.class);
            tape.next(0x00, kind);
            assertThatThrownBy(drive::state).as("%s", kind).isInstanceOf(TapeException.class);
        }
    }

    @Test
    @Tag("Q11")
    void a_drive_that_is_still_loading_is_unloaded_when_it_is_done() throws IOException {
        for (TapeFaultKind kind : List.of(TapeFaultKind.BUSY, TapeFaultKind.BECOMING_READY)) {
            SimulatedTape tape = tape();
            ScsiTapeDrive drive = loaded(tape);
            tape.next(0x00, kind);

            drive.unload();

            assertThat(tape.isLoaded()).as("%s", kind).isFalse();
        }
    }

    @Test
    @Tag("Q11")
    @Tag("M19")
    void opening_a_drive_leaves_its_news_to_whoever_uses_it() throws IOException {
        SimulatedTape tape = tape();
        ScsiTapeDrive user = loaded(tape);
        user.write(TapeDrawing.block("ab"));
        user.writeFilemarks(1);
        tape.reset();

        ScsiTapeDrive.open("the same", tape, new QuickWaiter(), DriveOptions.DEFAULT);

        refuses(TapeFault.UNIT_ATTENTION, () -> user.write(TapeDrawing.block("cd")));
        assertThat(tape.cartridge().orElseThrow().drawing()).isEqualTo("ab|#");
    }

    @Test
    @Tag("Q11")
    void a_drive_that_is_not_ready_can_be_opened_all_the_same() throws IOException {
        SimulatedTape tape = tape();
        tape.next(0x00, TapeFaultKind.BECOMING_READY);

        ScsiTapeDrive drive = ScsiTapeDrive.open("drive1", tape, new QuickWaiter(), DriveOptions.DEFAULT);
        drive.load();

        assertThat(drive.blockLimits().longest()).isEqualTo(8 << 20);
    }

    @Test
    @Tag("M6")
    void every_write_past_early_warning_says_so_until_the_hard_end() throws IOException {
        SimulatedTape tape = tape();
        ScsiTapeDrive drive = loaded(tape);
        drive.write(TapeDrawing.block("ab"));
        tape.next(WRITE, TapeFaultKind.EARLY_WARNING);

        List<WriteOutcome> outcomes = new ArrayList<>();
        for (String text : List.of("cd", "ef", "gh")) {
            outcomes.add(drive.write(TapeDrawing.block(text)));
        }
        tape.next(WRITE, TapeFaultKind.HARD_END);

        assertThat(outcomes).containsOnly(WriteOutcome.WRITTEN_PAST_EARLY_WARNING);
        assertThat(drive.writeFilemarks(1)).isEqualTo(WriteOutcome.WRITTEN_PAST_EARLY_WARNING);
        refuses(TapeFault.END_OF_MEDIUM, () -> drive.write(TapeDrawing.block("ij")));
        assertThat(drive.position().next().value()).isEqualTo(5);
        assertThat(tape.cartridge().orElseThrow().drawing()).isEqualTo("ab|cd|ef|gh|#");
    }

    @Test
    void a_medium_error_leaves_the_drive_before_the_block_also_where_it_went_behind() throws IOException {
        for (TapeHabit[] habits : new TapeHabit[][] {{}, {TapeHabit.STANDS_BEHIND_ERRORS}}) {
            SimulatedTape tape = tape(habits);
            ScsiTapeDrive drive = loaded(tape);
            TapeDrawing.write(drive, "ab|cd|ef|#");
            tape.cartridge().orElseThrow().damage(1);
            drive.rewind();
            drive.read(ByteBuffer.allocate(4));

            refuses(TapeFault.MEDIUM_ERROR, () -> drive.read(ByteBuffer.allocate(4)));

            assertThat(drive.position().next().value()).isEqualTo(1);
            drive.locate(new BlockAddress(2));
            assertThat(drive.read(ByteBuffer.allocate(4))).isEqualTo(ReadOutcome.block(2));
        }
    }

    @Test
    @Tag("M9")
    void a_drive_without_locate_says_so_and_gets_there_by_spacing() throws IOException {
        SimulatedTape tape = tape(TapeHabit.NO_LOCATE);
        ScsiTapeDrive drive = loaded(tape);
        TapeDrawing.write(drive, "ab|#|cd|ef|#|gh");

        drive.locate(new BlockAddress(3));

        assertThat(drive.capabilities()).doesNotContain(DriveCapability.CAN_LOCATE_BY_BLOCK);
        assertThat(tape.position()).isEqualTo(3);
        assertThat(tape.log()).contains("SPACE(6)");
        assertThat(loaded(tape()).capabilities()).contains(DriveCapability.CAN_LOCATE_BY_BLOCK);
    }

    @Test
    @Tag("M9")
    void a_drive_that_always_says_block_0_is_not_believed() throws IOException {
        SimulatedTape tape = tape(TapeHabit.NO_LOCATE, TapeHabit.STUB_POSITION);
        ScsiTapeDrive drive = loaded(tape);
        TapeDrawing.write(drive, "ab|#|cd|#");

        assertThat(drive.position().next().value()).isEqualTo(4);
        drive.locate(new BlockAddress(2));
        assertThat(drive.read(ByteBuffer.allocate(4))).isEqualTo(ReadOutcome.block(2));
        assertThat(tape.position()).isEqualTo(3);
        tape.next(READ, TapeFaultKind.RESET);
        refuses(TapeFault.UNIT_ATTENTION, () -> drive.read(ByteBuffer.allocate(4)));
        refuses(TapeFault.POSITION_LOST, drive::position);
        drive.locate(new BlockAddress(3));
        assertThat(tape.position()).isEqualTo(3);
    }

    @Test
    @Tag("M9")
    void a_drive_that_goes_to_blocks_but_always_says_block_0_is_refused_at_load() throws IOException {
        SimulatedTape tape = tape(TapeHabit.STUB_POSITION);
        TapeDrawing.write(counting(tape), "ab|#");

        assertThatThrownBy(() -> loaded(tape))
                .isInstanceOfSatisfying(
                        TapeException.class, e -> assertThat(e.code()).isEqualTo(TapeFault.POSITION_LOST))
                .hasMessageContaining("drive1 says that it stands at block 0, where 1 blocks and filemarks were passed")
                .hasMessageContaining("quirks: [countPositions] in config/devices.yaml");

        ScsiTapeDrive drive = counting(tape);
        drive.spaceToEndOfData();
        assertThat(drive.position().next().value()).isEqualTo(2);
    }

    @Test
    @Tag("M9")
    void on_a_blank_tape_it_is_refused_with_the_first_filemark() throws IOException {
        SimulatedTape tape = tape(TapeHabit.STUB_POSITION);
        ScsiTapeDrive drive = loaded(tape);
        drive.write(TapeDrawing.block("ab"));

        assertThatThrownBy(() -> drive.writeFilemarks(1))
                .hasMessageContaining(
                        "drive1 says that it stands at block 0, where 2 blocks and filemarks were passed");
        refuses(TapeFault.POSITION_LOST, () -> drive.write(TapeDrawing.block("cd")));
        refuses(TapeFault.POSITION_LOST, drive::position);
        refuses(TapeFault.POSITION_LOST, drive::spaceToEndOfData);
    }

    @Test
    @Tag("M9")
    void a_drive_is_proven_once_and_then_stands_at_the_beginning() throws IOException {
        SimulatedTape tape = tape();
        ScsiTapeDrive drive = loaded(tape);
        TapeDrawing.write(drive, "ab|#");
        drive.unload();
        drive.load();
        assertThat(tape.count(0x11))
                .as("on the blank tape; then it was proven by the first filemark")
                .isEqualTo(1);

        ScsiTapeDrive next = loaded(tape);
        assertThat(tape.count(0x11)).isEqualTo(2);
        assertThat(next.position().atBeginning()).isTrue();
        assertThat(tape.position()).isZero();
        assertThat(TapeDrawing.rest(next)).isEqualTo("ab|#");
    }

    @Test
    @Tag("M9")
    void a_first_block_that_can_not_be_read_keeps_nobody_from_loading() throws IOException {
        SimulatedTape tape = tape();
        TapeDrawing.write(loaded(tape), "ab|#");
        tape.cartridge().orElseThrow().damage(0);

        ScsiTapeDrive drive = loaded(tape);

        refuses(TapeFault.MEDIUM_ERROR, () -> drive.read(ByteBuffer.allocate(4)));
        drive.rewind();
        TapeDrawing.write(drive, "cd|#");
        assertThat(drive.position().next().value()).isEqualTo(2);
    }

    @Test
    void a_command_that_the_drive_is_too_busy_for_waits_and_is_carried_out_once() throws IOException {
        for (TapeFaultKind kind : List.of(TapeFaultKind.BUSY, TapeFaultKind.TASK_SET_FULL)) {
            SimulatedTape tape = tape();
            ScsiTapeDrive drive = loaded(tape);
            drive.write(TapeDrawing.block("ab"));
            long begin = waiter.nanos();
            tape.nextOf(WRITE, 5, kind);

            assertThat(drive.write(TapeDrawing.block("cd"))).isEqualTo(WriteOutcome.WRITTEN);

            assertThat(Duration.ofNanos(waiter.nanos() - begin)).as(kind.name()).isEqualTo(Duration.ofMillis(3100));
            assertThat(tape.count(WRITE)).isEqualTo(7);
            assertThat(tape.cartridge().orElseThrow().drawing()).isEqualTo("ab|cd");
            tape.nextOf(READ, 2, kind).nextOf(0x01, 2, kind).nextOf(0x34, 2, kind);
            drive.rewind();
            assertThat(TapeDrawing.rest(drive)).isEqualTo("ab|cd");
            assertThat(drive.position().next().value()).isEqualTo(2);
        }
    }

    @Test
    void a_drive_that_stays_busy_is_given_up_after_a_minute_and_has_lost_nothing() throws IOException {
        SimulatedTape tape = tape();
        ScsiTapeDrive drive = loaded(tape);
        TapeDrawing.write(drive, "ab|#");
        long begin = waiter.nanos();
        tape.nextOf(WRITE, 100, TapeFaultKind.BUSY);

        assertThatThrownBy(() -> drive.write(TapeDrawing.block("cd")))
                .isInstanceOfSatisfying(
                        TapeException.class, e -> assertThat(e.code()).isEqualTo(TapeFault.BUSY))
                .hasMessageContaining("SBG-T016 drive drive1 has been too busy for WRITE(6) for 60 s");

        assertThat(Duration.ofNanos(waiter.nanos() - begin)).isEqualTo(Duration.ofSeconds(60));
        assertThat(tape.count(WRITE)).isLessThan(50);
        assertThat(drive.position().next().value()).isEqualTo(2);
        assertThat(tape.cartridge().orElseThrow().drawing()).isEqualTo("ab|#");
    }

    @Test
    void a_reservation_of_another_host_is_told_as_what_it_is() throws IOException {
        SimulatedTape tape = tape();
        ScsiTapeDrive drive = loaded(tape);
        TapeDrawing.write(drive, "ab|#");
        tape.next(WRITE, TapeFaultKind.RESERVED);

        assertThatThrownBy(() -> drive.write(TapeDrawing.block("cd")))
                .isInstanceOfSatisfying(
                        TapeException.class, e -> assertThat(e.code()).isEqualTo(TapeFault.IN_USE))
                .hasMessageContaining(
                        "drive drive1 refuses WRITE(6): another host has reserved it (RESERVATION CONFLICT)");
        refuses(TapeFault.POSITION_LOST, () -> drive.write(TapeDrawing.block("cd")));
        assertThat(tape.count(WRITE)).isEqualTo(2);
        assertThat(tape.writes()).containsExactly("ab");
    }

    @Test
    void only_a_drive_that_compresses_says_so() throws IOException {
        assertThat(loaded(tape()).capabilities()).contains(DriveCapability.COMPRESSES);
        assertThat(loaded(tape(TapeHabit.COMPRESSION_IN_CONFIGURATION)).capabilities())
                .contains(DriveCapability.COMPRESSES);
        assertThat(loaded(tape(TapeHabit.NO_COMPRESSION)).capabilities()).doesNotContain(DriveCapability.COMPRESSES);

        SimulatedTape told = tape();
        ScsiTapeDrive drive = loaded(told);
        drive.setDensity("DEFAULT", "NOCOMPACTION");
        assertThat(drive.capabilities()).doesNotContain(DriveCapability.COMPRESSES);
        assertThat(loaded(told).capabilities()).as("as it is").doesNotContain(DriveCapability.COMPRESSES);
        drive.setDensity("DEFAULT", "COMPACTION");
        assertThat(drive.capabilities()).contains(DriveCapability.COMPRESSES);
    }

    private ScsiTapeDrive counting(SimulatedTape tape) throws IOException {
        ScsiTapeDrive drive = ScsiTapeDrive.open("drive1", tape, waiter, DriveOptions.DEFAULT.counting());
        drive.load();
        return drive;
    }

    @Test
    void block_lengths_come_from_sense_data_before_the_transports_count() throws IOException {
        for (TapeFaultKind kind : List.of(TapeFaultKind.LYING_RESIDUE, TapeFaultKind.NO_INFORMATION)) {
            SimulatedTape tape = tape();
            ScsiTapeDrive drive = loaded(tape);
            TapeDrawing.write(drive, "abcdef|#");
            drive.rewind();
            tape.next(READ, kind);
            ByteBuffer into = ByteBuffer.allocate(100);

            assertThat(drive.read(into)).as(kind.name()).isEqualTo(ReadOutcome.block(6));
        }
        SimulatedTape silent = tape();
        ScsiTapeDrive drive = loaded(silent);
        TapeDrawing.write(drive, "abcdef|#");
        drive.rewind();
        silent.next(READ, TapeFaultKind.NOTHING_SAID);
        refuses(TapeFault.DRIVE_ERROR, () -> drive.read(ByteBuffer.allocate(100)));
    }

    @Test
    void a_target_that_spoils_long_reads_is_asked_for_twice_the_length() throws IOException {
        SimulatedTape tape = tape(TapeHabit.SPOILS_LONG_READS);
        ScsiTapeDrive drive = ScsiTapeDrive.open("drive1", tape, waiter, DriveOptions.DEFAULT.withLongReads());
        drive.load();
        TapeDrawing.write(drive, "abcdef|#");
        drive.rewind();
        ByteBuffer into = ByteBuffer.allocateDirect(7);

        assertThat(drive.read(into)).isEqualTo(ReadOutcome.block(6));
        assertThat(into.flip().get(5)).isEqualTo((byte) 'f');
    }

    @Test
    void a_read_without_room_is_a_block_that_does_not_fit() throws IOException {
        for (ByteBuffer into : List.of(ByteBuffer.allocate(0), ByteBuffer.allocateDirect(0))) {
            SimulatedTape tape = tape();
            ScsiTapeDrive drive = loaded(tape);
            TapeDrawing.write(drive, "ab|#");
            drive.rewind();

            refuses(TapeFault.BLOCK_LENGTH, () -> drive.read(into));
            assertThat(drive.position().next().value()).isEqualTo(tape.position());
        }
    }

    @Test
    void news_that_a_drive_wants_cleaning_is_no_failure() throws IOException {
        SimulatedTape tape = tape();
        ScsiTapeDrive drive = loaded(tape);
        tape.next(WRITE, TapeFaultKind.CLEANING_REQUESTED);

        assertThat(drive.write(TapeDrawing.block("ab"))).isEqualTo(WriteOutcome.WRITTEN);

        assertThat(drive.alerts()).containsExactly(TapeAlert.CLEAN_NOW);
        assertThat(drive.alerts()).as("reading clears them").isEmpty();
        assertThat(loaded(tape(TapeHabit.NO_LOG_PAGES)).alerts()).isEmpty();
    }

    @Test
    void only_a_tape_drive_is_opened() throws IOException {
        ScsiTransport robot = ChangerPlan.ofSlots(1, 0).build();
        assertThatThrownBy(() -> ScsiTapeDrive.open("drive1", robot, waiter, DriveOptions.DEFAULT))
                .hasMessageContaining("drive1")
                .hasMessageContaining("is no tape drive but of type 8");
    }

    @Test
    void direct_buffers_go_to_the_transport_without_a_copy() throws IOException {
        SimulatedTape tape = tape();
        List<ByteBuffer> seen = new ArrayList<>();
        ScsiTapeDrive drive = loaded(new Watched(tape, seen));
        ByteBuffer out = ByteBuffer.allocateDirect(4).put(0, (byte) 'x');
        ByteBuffer in = ByteBuffer.allocateDirect(8);

        drive.write(out);
        drive.rewind();
        drive.read(in.position(2));

        assertThat(sharesMemory(seen.get(0), 0, out, 0)).isTrue();
        assertThat(sharesMemory(seen.get(1), 0, in, 2)).isTrue();
        assertThat(in.position()).isEqualTo(6);
    }

    private static boolean sharesMemory(ByteBuffer a, int at, ByteBuffer b, int bAt) {
        b.put(bAt, (byte) 1);
        boolean same = a.get(at) == 1;
        b.put(bAt, (byte) 2);
        return same && a.get(at) == 2;
    }

    private record Watched(ScsiTransport inner, List<ByteBuffer> seen) implements ScsiTransport {
        @Override
        public String name() {
            return inner.name();
        }

        @Override
        public int longestTransferBytes() {
            return inner.longestTransferBytes();
        }

        @Override
        public ScsiReply execute(ScsiCommand command) throws IOException {
            int operation = command.cdb().operation();
            if (operation == READ || operation == WRITE) {
                seen.add(command.data());
            }
            return inner.execute(command);
        }

        @Override
        public void close() throws IOException {
            inner.close();
        }
    }

    private static void refuses(TapeFault fault, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TapeException.class, e -> assertThat(e.code()).isEqualTo(fault));
    }
}
