package io.saddlebag.tape.st;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.scsi.ScsiException;
import io.saddlebag.scsi.ScsiFault;
import io.saddlebag.tape.BlockAddress;
import io.saddlebag.tape.BlockLimits;
import io.saddlebag.tape.DriveState;
import io.saddlebag.tape.ReadOutcome;
import io.saddlebag.tape.TapeDrawing;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFault;
import io.saddlebag.tape.WriteOutcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernel's habits are played; a real kernel is asked in the hardware lab. */
@Tag("M3")
class StTapeDriveTest {
    private final PlayedTape tape = new PlayedTape();

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Tag("M6")
    void space_that_ends_in_turns_loses_no_block_and_writes_none_twice(boolean tellsPosition) throws IOException {
        tape.tellsPosition = tellsPosition;
        tape.warnsFrom = 2;
        tape.holds = 6;
        StTapeDrive drive = loaded();

        assertThat(drive.write(block("a"))).isEqualTo(WriteOutcome.WRITTEN);
        assertThat(drive.write(block("b"))).isEqualTo(WriteOutcome.WRITTEN);
        for (String text : new String[] {"c", "d", "e", "f"}) {
            assertThat(drive.write(block(text))).isEqualTo(WriteOutcome.WRITTEN_PAST_EARLY_WARNING);
        }
        ByteBuffer rest = block("g");
        refuses(TapeFault.END_OF_MEDIUM, () -> drive.write(rest));

        assertThat(rest.remaining()).as("not consumed").isEqualTo(1);
        assertThat(tape.writes).isEqualTo(6);
        assertThat(drive.position().next()).isEqualTo(new BlockAddress(6));
        drive.rewind();
        assertThat(drive.position().pastEarlyWarning()).isFalse();
        assertThat(TapeDrawing.rest(drive)).isEqualTo("a|b|c|d|e|f");
    }

    @Test
    @Tag("M6")
    void a_block_that_the_drive_took_is_not_written_again_whatever_the_kernel_says() throws IOException {
        tape.takenButRefused = 1;
        tape.warnsFrom = 1;
        StTapeDrive drive = loaded();

        drive.write(block("a"));
        assertThat(drive.write(block("b"))).isEqualTo(WriteOutcome.WRITTEN_PAST_EARLY_WARNING);
        assertThat(drive.write(block("c"))).isEqualTo(WriteOutcome.WRITTEN_PAST_EARLY_WARNING);

        drive.rewind();
        assertThat(TapeDrawing.rest(drive)).isEqualTo("a|b|c");
    }

    @Test
    @Tag("M6")
    void writing_before_the_warning_takes_it_back() throws IOException {
        tape.warnsFrom = 1;
        StTapeDrive drive = loaded();
        TapeDrawing.write(drive, "a|b");
        drive.rewind();

        tape.warnsFrom = 5;
        assertThat(drive.write(block("c"))).isEqualTo(WriteOutcome.WRITTEN);
        assertThat(drive.write(block("d"))).isEqualTo(WriteOutcome.WRITTEN);
    }

    /** Played as the kernel did it in the hardware lab. */
    @Test
    @Tag("M9")
    @Tag("Q11")
    void after_a_reset_nothing_is_written_over_the_beginning_and_the_next_user_can_load() throws IOException {
        StTapeDrive drive = loaded();
        TapeDrawing.write(drive, "a|b|#");
        tape.reset();

        refuses(TapeFault.DRIVE_ERROR, () -> drive.write(block("c")));
        refuses(TapeFault.POSITION_LOST, drive::position);
        drive.close();
        StTapeDrive next = loaded();

        assertThat(next.position().next()).isEqualTo(BlockAddress.BEGINNING);
        assertThat(TapeDrawing.rest(next)).isEqualTo("a|b|#");
    }

    /** As in the hardware lab, where an end of data passed for a filemark. */
    @Test
    @Tag("M9")
    @Tag("Q11")
    void a_question_for_the_position_that_fails_is_no_answer() throws IOException {
        StTapeDrive drive = loaded();
        TapeDrawing.write(drive, "a|#");
        drive.locate(new BlockAddress(1));
        tape.positionFailures = 1;
        refuses(TapeFault.POSITION_LOST, () -> drive.read(ByteBuffer.allocate(4)));

        drive.locate(new BlockAddress(2));
        tape.takenButRefused = 2;
        tape.positionFailures = 1;
        refuses(TapeFault.POSITION_LOST, () -> drive.write(block("b")));
        assertThat(drive.position().next()).as("it was written").isEqualTo(new BlockAddress(3));
        assertThat(tape.writes).isEqualTo(2);
    }

    @Test
    void adds_no_filemark_that_nobody_asked_for() throws IOException {
        StTapeDrive drive = loaded();
        TapeDrawing.write(drive, "a|#|b");
        drive.rewind();
        drive.locate(new BlockAddress(3));
        drive.write(block("c"));
        drive.close();

        assertThat(tape.objects).hasSize(4);
    }

    @Test
    void an_unreadable_block_is_not_taken_for_the_end() throws IOException {
        StTapeDrive drive = loaded();
        TapeDrawing.write(drive, "a|b|c");
        drive.locate(new BlockAddress(1));
        tape.unreadable = 1;

        refuses(TapeFault.MEDIUM_ERROR, () -> drive.read(ByteBuffer.allocate(4)));

        assertThat(drive.position().next()).isEqualTo(new BlockAddress(1));
        drive.locate(new BlockAddress(3));
        assertThat(drive.read(ByteBuffer.allocate(4))).isEqualTo(ReadOutcome.END_OF_DATA);
        assertThat(drive.position().next()).isEqualTo(new BlockAddress(3));
    }

    @Test
    void a_failure_that_the_kernel_tells_late_is_told_with_its_block() throws IOException {
        StTapeDrive drive = loaded();
        drive.write(block("a"));
        tape.lateError = 5;
        ByteBuffer block = block("b");

        refuses(TapeFault.DRIVE_ERROR, () -> drive.write(block));

        assertThat(block.remaining()).isEqualTo(1);
    }

    @Test
    void passes_a_block_that_does_not_fit() throws IOException {
        StTapeDrive drive = loaded();
        TapeDrawing.write(drive, "abcd|ef");
        drive.rewind();

        refuses(TapeFault.BLOCK_LENGTH, () -> drive.read(ByteBuffer.allocate(0)));

        assertThat(drive.position().next()).isEqualTo(new BlockAddress(1));
        assertThat(drive.read(ByteBuffer.allocate(2))).isEqualTo(ReadOutcome.block(2));
    }

    @Test
    void a_drive_that_does_not_tell_its_position_is_counted_along_and_read_to_a_block() throws IOException {
        tape.tellsPosition = false;
        StTapeDrive drive = loaded();
        TapeDrawing.write(drive, "a|#|b|c");

        assertThat(drive.capabilities()).isEmpty();
        assertThat(drive.position().next()).isEqualTo(new BlockAddress(4));
        drive.locate(new BlockAddress(2));
        ByteBuffer into = ByteBuffer.allocate(4);
        assertThat(drive.read(into)).isEqualTo(ReadOutcome.block(1));
        assertThat(into.get(0)).isEqualTo((byte) 'b');
    }

    @Test
    void a_protected_cartridge_is_opened_for_reading() throws IOException {
        tape.writeProtected = true;
        StTapeDrive drive = loaded();

        assertThat(drive.state()).isEqualTo(new DriveState(true, true));
        refuses(TapeFault.WRITE_PROTECTED, () -> drive.write(block("a")));
        refuses(TapeFault.WRITE_PROTECTED, () -> drive.writeFilemarks(1));
        assertThat(drive.writeFilemarks(0)).isEqualTo(WriteOutcome.WRITTEN);
        assertThat(tape.writes).isZero();
    }

    @Test
    void an_empty_drive_has_no_medium() throws IOException {
        tape.online = false;
        StTapeDrive drive = StTapeDrive.open(tape, "LEFT", Path.of("/dev/nst0"), new BlockLimits(1, 1 << 20));

        assertThat(drive.state()).isEqualTo(new DriveState(false, false));
        refuses(TapeFault.NO_MEDIUM, drive::load);
        refuses(TapeFault.NO_MEDIUM, () -> drive.write(block("a")));
        drive.unload();
    }

    @Test
    void a_device_that_is_not_there_says_so() {
        assertThatThrownBy(() -> StTapeDrive.open("LEFT", Path.of("/dev/no-such-tape"), new BlockLimits(1, 1 << 20)))
                .isInstanceOfSatisfying(
                        ScsiException.class, e -> assertThat(e.code()).isEqualTo(ScsiFault.NO_DEVICE));
    }

    private StTapeDrive loaded() throws IOException {
        StTapeDrive drive = StTapeDrive.open(tape, "LEFT", Path.of("/dev/nst0"), new BlockLimits(1, 1 << 20));
        drive.load();
        return drive;
    }

    private static ByteBuffer block(String text) {
        return TapeDrawing.block(text);
    }

    private static void refuses(TapeFault fault, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TapeException.class, e -> assertThat(e.code()).isEqualTo(fault));
    }
}
