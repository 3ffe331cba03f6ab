package io.saddlebag.tape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.IntFunction;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What every drive does (M3, M4, M9). Blocks are four bytes or fewer; a tape is drawn as {@code abcd|efgh|#}, and
 * written from such a drawing.
 */
@Tag("M4")
public abstract class TapeDriveContract {
    private TapeDrive drive;

    /** A drive with a blank cartridge in it, not loaded, on which early warning comes with the given block of four. */
    protected abstract TapeDrive driveWithCartridge(int blocksUntilWarning, int blocksAfterWarning) throws IOException;

    protected abstract TapeDrive emptyDrive() throws IOException;

    /** Protects the cartridge in the drive, which is not loaded. */
    protected abstract void protectCartridge() throws IOException;

    /** Ends the drive as a crash does; a new one with the same cartridge in it, not loaded. */
    protected abstract TapeDrive afterCrash(TapeDrive drive) throws IOException;

    @AfterEach
    void closeDrive() throws IOException {
        if (drive != null) {
            drive.close();
        }
    }

    @Test
    @Tag("M9")
    void keeps_blocks_filemarks_and_lengths() throws IOException {
        record("a|bcd|#|efgh|#|#");

        drive.rewind();

        assertThat(rest()).isEqualTo("a|bcd|#|efgh|#|#");
        assertThat(position()).isEqualTo(6);
    }

    @Test
    void writes_only_the_remaining_bytes_of_a_buffer_and_consumes_them() throws IOException {
        loaded();
        ByteBuffer heap = ByteBuffer.wrap("xabcdx".getBytes(StandardCharsets.US_ASCII), 1, 4);
        ByteBuffer direct = ByteBuffer.allocateDirect(8);
        direct.put("xxefghxx".getBytes(StandardCharsets.US_ASCII)).position(2).limit(6);

        drive.write(heap);
        drive.write(direct);
        drive.write(ByteBuffer.wrap("ij".getBytes(StandardCharsets.US_ASCII)).asReadOnlyBuffer());

        assertThat(heap.remaining()).isZero();
        assertThat(direct.remaining()).isZero();
        drive.rewind();
        assertThat(rest()).isEqualTo("abcd|efgh|ij");
    }

    @Test
    void reads_into_any_buffer_from_its_position_on() throws IOException {
        record("abcd|efgh");
        drive.rewind();
        for (IntFunction<ByteBuffer> kind :
                java.util.List.<IntFunction<ByteBuffer>>of(ByteBuffer::allocate, ByteBuffer::allocateDirect)) {
            ByteBuffer into = kind.apply(10);
            into.position(3);

            ReadOutcome outcome = drive.read(into);

            assertThat(outcome).isEqualTo(ReadOutcome.block(4));
            assertThat(into.position()).isEqualTo(7);
            assertThat(into.limit()).isEqualTo(10);
        }
    }

    @Test
    void a_blank_cartridge_is_at_its_beginning_and_at_its_end() throws IOException {
        loaded();

        assertThat(drive.position()).isEqualTo(new TapePosition(BlockAddress.BEGINNING, false));
        assertThat(drive.read(ByteBuffer.allocate(4))).isEqualTo(ReadOutcome.END_OF_DATA);
        assertThat(position()).isZero();
    }

    @Test
    void reading_at_the_end_does_not_move() throws IOException {
        record("abcd|#");

        assertThat(drive.read(ByteBuffer.allocate(4))).isEqualTo(ReadOutcome.END_OF_DATA);
        assertThat(drive.read(ByteBuffer.allocate(4))).isEqualTo(ReadOutcome.END_OF_DATA);
        assertThat(position()).isEqualTo(2);
    }

    @Test
    void writing_in_the_middle_forgets_all_behind() throws IOException {
        record("abcd|efgh|#|ijkl|#");
        drive.locate(new BlockAddress(1));

        put("xy");

        assertThat(drive.read(ByteBuffer.allocate(4))).isEqualTo(ReadOutcome.END_OF_DATA);
        drive.rewind();
        assertThat(rest()).isEqualTo("abcd|xy");
    }

    @Test
    void a_filemark_in_the_middle_forgets_all_behind() throws IOException {
        record("abcd|efgh|#|ijkl|#");
        drive.locate(new BlockAddress(1));

        drive.writeFilemarks(2);

        drive.rewind();
        assertThat(rest()).isEqualTo("abcd|#|#");
    }

    @Test
    void a_flush_in_the_middle_forgets_nothing() throws IOException {
        record("abcd|efgh|#");
        drive.rewind();

        drive.writeFilemarks(0);

        assertThat(rest()).isEqualTo("abcd|efgh|#");
    }

    @Test
    void refuses_more_than_two_filemarks() throws IOException {
        loaded();

        assertThatIllegalArgumentException().isThrownBy(() -> drive.writeFilemarks(3));
        assertThatIllegalArgumentException().isThrownBy(() -> drive.writeFilemarks(-1));
        assertThat(position()).isZero();
    }

    @Test
    void erases_from_the_present_position_on() throws IOException {
        record("abcd|efgh|#");
        drive.locate(new BlockAddress(1));

        drive.erase();

        assertThat(position()).isEqualTo(1);
        drive.rewind();
        assertThat(rest()).isEqualTo("abcd");
    }

    @Test
    @Tag("M9")
    void appends_after_reading_to_the_end() throws IOException {
        record("abcd|#");
        drive.rewind();
        rest();

        put("efgh|#");

        drive.rewind();
        assertThat(rest()).isEqualTo("abcd|#|efgh|#");
    }

    @Test
    @Tag("M9")
    void locates_any_object() throws IOException {
        record("abcd|#|efgh|ij|#");
        String[] from = {"abcd|#|efgh|ij|#", "#|efgh|ij|#", "efgh|ij|#", "ij|#", "#", ""};
        for (int at : new int[] {3, 0, 5, 1, 4, 2}) {
            drive.locate(new BlockAddress(at));

            assertThat(position()).isEqualTo(at);
            assertThat(rest()).isEqualTo(from[at]);
        }
    }

    @Test
    @Tag("M9")
    void refuses_to_locate_behind_the_end_of_data() throws IOException {
        record("abcd|#");
        drive.rewind();

        refuses(TapeFault.POSITION_REFUSED, () -> drive.locate(new BlockAddress(3)));

        assertThat(position()).isEqualTo(2);
    }

    @Test
    @Tag("M9")
    void spaces_over_filemarks_in_both_directions() throws IOException {
        record("ab|#|cd|ef|#|#|gh");
        drive.rewind();

        drive.spaceFilemarks(1);
        assertThat(position()).isEqualTo(2);
        drive.spaceFilemarks(2);
        assertThat(position()).isEqualTo(6);
        drive.spaceFilemarks(-1);
        assertThat(position()).isEqualTo(5);
        drive.spaceFilemarks(0);
        assertThat(position()).isEqualTo(5);
        drive.spaceFilemarks(-2);
        assertThat(position()).isEqualTo(1);
        drive.spaceToEndOfData();
        assertThat(position()).isEqualTo(7);
        drive.spaceFilemarks(-3);
        assertThat(position()).isEqualTo(1);
    }

    @Test
    void spacing_over_too_few_filemarks_ends_at_the_end_or_the_beginning() throws IOException {
        record("ab|#|cd");
        drive.rewind();

        refuses(TapeFault.POSITION_REFUSED, () -> drive.spaceFilemarks(2));
        assertThat(position()).isEqualTo(3);
        refuses(TapeFault.POSITION_REFUSED, () -> drive.spaceFilemarks(-2));
        assertThat(position()).isZero();
        refuses(TapeFault.POSITION_REFUSED, () -> drive.spaceFilemarks(-1));
        assertThat(position()).isZero();
    }

    @Test
    void a_block_longer_than_the_buffer_is_refused_and_passed() throws IOException {
        record("abcd|ef");
        drive.rewind();
        ByteBuffer small = ByteBuffer.allocate(3);

        refuses(TapeFault.BLOCK_LENGTH, () -> drive.read(small));

        assertThat(position()).isEqualTo(1);
        assertThat(drive.read(ByteBuffer.allocate(2))).isEqualTo(ReadOutcome.block(2));
    }

    @Test
    void takes_blocks_within_its_limits_only() throws IOException {
        loaded();
        int longest = drive.blockLimits().longest();

        refuses(TapeFault.BLOCK_LENGTH, () -> drive.write(ByteBuffer.allocate(0)));
        refuses(TapeFault.BLOCK_LENGTH, () -> drive.write(ByteBuffer.allocate(longest + 1)));

        assertThat(position()).isZero();
        assertThat(drive.blockLimits().shortest()).isEqualTo(1);
        assertThat(longest).isGreaterThanOrEqualTo(1 << 20);
    }

    @Test
    void warns_with_the_block_that_reaches_the_point_and_ends_later() throws IOException {
        drive = driveWithCartridge(2, 1);
        drive.load();

        assertThat(drive.write(block("aaaa"))).isEqualTo(WriteOutcome.WRITTEN);
        assertThat(drive.position().pastEarlyWarning()).isFalse();
        assertThat(drive.write(block("bbbb"))).isEqualTo(WriteOutcome.WRITTEN_PAST_EARLY_WARNING);
        assertThat(drive.position().pastEarlyWarning()).isTrue();
        assertThat(drive.write(block("cccc"))).isEqualTo(WriteOutcome.WRITTEN_PAST_EARLY_WARNING);
        refuses(TapeFault.END_OF_MEDIUM, () -> drive.write(block("dddd")));

        assertThat(position()).isEqualTo(3);
        drive.rewind();
        assertThat(drive.position().pastEarlyWarning()).isFalse();
        assertThat(rest()).isEqualTo("aaaa|bbbb|cccc");
    }

    @Test
    void an_overwritten_cartridge_has_its_whole_capacity_again() throws IOException {
        drive = driveWithCartridge(2, 0);
        drive.load();
        put("aaaa|bbbb");
        drive.rewind();

        assertThat(drive.write(block("cccc"))).isEqualTo(WriteOutcome.WRITTEN);
        assertThat(drive.write(block("dddd"))).isEqualTo(WriteOutcome.WRITTEN_PAST_EARLY_WARNING);
        refuses(TapeFault.END_OF_MEDIUM, () -> drive.write(block("eeee")));
    }

    @Test
    void a_protected_cartridge_is_read_and_never_written() throws IOException {
        record("abcd|#");
        drive.unload();
        protectCartridge();
        drive.load();

        assertThat(drive.state()).isEqualTo(new DriveState(true, true));
        refuses(TapeFault.WRITE_PROTECTED, () -> drive.write(block("x")));
        refuses(TapeFault.WRITE_PROTECTED, () -> drive.writeFilemarks(1));
        refuses(TapeFault.WRITE_PROTECTED, () -> drive.erase());
        drive.writeFilemarks(0);

        assertThat(position()).isZero();
        assertThat(rest()).isEqualTo("abcd|#");
    }

    @Test
    void an_empty_drive_says_so() throws IOException {
        drive = emptyDrive();

        assertThat(drive.state()).isEqualTo(new DriveState(false, false));
        drive.unload();
        refuses(TapeFault.NO_MEDIUM, () -> drive.load());
        refuses(TapeFault.NO_MEDIUM, () -> drive.position());
        refuses(TapeFault.NO_MEDIUM, () -> drive.write(block("a")));
        refuses(TapeFault.NO_MEDIUM, () -> drive.writeFilemarks(0));
        refuses(TapeFault.NO_MEDIUM, () -> drive.writeFilemarks(1));
        refuses(TapeFault.NO_MEDIUM, () -> drive.read(ByteBuffer.allocate(1)));
        refuses(TapeFault.NO_MEDIUM, () -> drive.rewind());
        refuses(TapeFault.NO_MEDIUM, () -> drive.locate(BlockAddress.BEGINNING));
        refuses(TapeFault.NO_MEDIUM, () -> drive.spaceFilemarks(1));
        refuses(TapeFault.NO_MEDIUM, () -> drive.spaceToEndOfData());
        refuses(TapeFault.NO_MEDIUM, () -> drive.erase());
    }

    @Test
    void a_cartridge_that_is_not_loaded_is_not_there_yet() throws IOException {
        drive = driveWithCartridge(10, 2);

        assertThat(drive.state().loaded()).isFalse();
        assertThatThrownBy(() -> drive.position())
                .hasMessage("SBG-T006 no cartridge is loaded in drive " + drive.name() + "\nDATA: "
                        + TapeFault.NO_MEDIUM.effect() + "\nHINT: Load a cartridge and repeat the operation.");
    }

    @Test
    void loading_twice_does_not_move_and_unloading_rewinds() throws IOException {
        record("abcd|#");

        drive.load();
        assertThat(position()).isEqualTo(2);
        drive.unload();
        drive.unload();
        assertThat(drive.state().loaded()).isFalse();
        drive.load();
        assertThat(position()).isZero();
        assertThat(rest()).isEqualTo("abcd|#");
    }

    @Test
    @Tag("Q11")
    void all_before_a_filemark_survives_a_crash_and_the_rest_is_a_prefix() throws IOException {
        record("abcd|#|efgh|ij");

        drive = afterCrash(drive);
        drive.load();

        assertThat(position()).isZero();
        assertThat(rest()).isIn("abcd|#", "abcd|#|efgh", "abcd|#|efgh|ij");
    }

    @Test
    @Tag("Q11")
    void a_flush_and_an_unload_make_blocks_durable_too() throws IOException {
        record("abcd");
        drive.writeFilemarks(0);
        drive = afterCrash(drive);
        drive.load();
        drive.spaceToEndOfData();
        put("ef");
        drive.unload();

        drive = afterCrash(drive);
        drive.load();

        assertThat(rest()).isEqualTo("abcd|ef");
    }

    @Test
    @Tag("Q11")
    void an_erased_end_stays_erased_after_a_crash() throws IOException {
        record("abcd|efgh|#");
        drive.locate(new BlockAddress(1));
        drive.erase();

        drive = afterCrash(drive);
        drive.load();

        assertThat(rest()).isEqualTo("abcd");
    }

    /** Loads a cartridge with room and writes a drawing on it. */
    protected final void record(String drawing) throws IOException {
        loaded();
        put(drawing);
    }

    /** From here to the end of data. */
    protected final String rest() throws IOException {
        return TapeDrawing.rest(drive);
    }

    private void loaded() throws IOException {
        drive = driveWithCartridge(1000, 10);
        drive.load();
    }

    private void put(String drawing) throws IOException {
        TapeDrawing.write(drive, drawing);
    }

    private long position() throws IOException {
        return drive.position().next().value();
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
