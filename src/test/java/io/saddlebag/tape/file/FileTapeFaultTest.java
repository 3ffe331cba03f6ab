package io.saddlebag.tape.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.tape.BlockAddress;
import io.saddlebag.tape.TapeDrawing;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.RejectedExecutionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Torn tails, damage, full and failing disks: a tape is never taken for more or less than it is. */
@Tag("M4")
@Tag("Q11")
class FileTapeFaultTest {
    private static final String TAPE = "abcd|#|efg|hi|#|#";
    /** Where each object of it ends. */
    private static final int[] ENDS = {0, 12, 16, 28, 38, 42, 46};

    private static final String FULL = "No space left on device";
    private static final String BROKEN = "Input/output error";

    @TempDir
    Path folder;

    @Test
    void a_tail_torn_at_any_byte_reads_as_whole_objects_and_is_cut_by_the_next_write() throws IOException {
        byte[] whole = written();
        String[] objects = TAPE.split("\\|");
        for (int cut = 0; cut <= whole.length; cut++) {
            FileCartridge cartridge = cartridge(Arrays.copyOf(whole, cut));
            int intact = 0;
            while (intact < objects.length && ENDS[intact + 1] <= cut) {
                intact++;
            }
            String expected = String.join("|", Arrays.copyOf(objects, intact));

            try (FileTapeDrive drive = loaded(cartridge)) {
                assertThat(TapeDrawing.rest(drive)).as("cut at %d", cut).isEqualTo(expected);
            }
            assertThat(Files.size(cartridge.tap()))
                    .as("reading changes nothing")
                    .isEqualTo(cut);

            try (FileTapeDrive drive = loaded(cartridge)) {
                drive.spaceToEndOfData();
                assertThat(drive.position().next()).isEqualTo(new BlockAddress(intact));
                TapeDrawing.write(drive, "z|#");
                drive.rewind();
                assertThat(TapeDrawing.rest(drive)).isEqualTo((intact == 0 ? "" : expected + "|") + "z|#");
            }
            assertThat(Files.size(cartridge.tap())).isEqualTo(ENDS[intact] + 10 + 4);
        }
    }

    @Test
    @Tag("Q16")
    void an_unloaded_tape_that_became_shorter_is_damaged_not_short() throws IOException {
        FileCartridge cartridge = cartridge(new byte[0]);
        try (FileTapeDrive drive = loaded(cartridge)) {
            TapeDrawing.write(drive, TAPE);
            drive.unload();
        }
        byte[] whole = Files.readAllBytes(cartridge.tap());
        for (int cut = 1; cut < whole.length; cut++) {
            Files.write(cartridge.tap(), Arrays.copyOf(whole, cut));
            try (FileTapeDrive drive = drive(cartridge)) {
                assertThatThrownBy(() -> {
                            drive.load();
                            TapeDrawing.rest(drive);
                        })
                        .as("cut at %d", cut)
                        .isInstanceOfSatisfying(
                                TapeException.class,
                                e -> assertThat(e.code()).isIn(TapeFault.MEDIUM_ERROR, TapeFault.NOT_A_CARTRIDGE));
            }
        }
    }

    @Test
    void an_overwritten_tape_may_end_earlier_than_it_was_unloaded() throws IOException {
        FileCartridge cartridge = cartridge(new byte[0]);
        try (FileTapeDrive drive = loaded(cartridge)) {
            TapeDrawing.write(drive, TAPE);
            drive.unload();
            drive.load();
            drive.locate(new BlockAddress(2));
            TapeDrawing.write(drive, "x|#");
        }
        try (FileTapeDrive drive = loaded(cartridge)) {
            assertThat(TapeDrawing.rest(drive)).isEqualTo("abcd|#|x|#");
        }
    }

    @Test
    void a_wrong_length_in_the_middle_is_a_medium_error_at_that_block() throws IOException {
        byte[] whole = written();
        whole[16] = 1;
        try (FileTapeDrive drive = loaded(cartridge(whole))) {
            drive.locate(new BlockAddress(2));
            refuses(TapeFault.MEDIUM_ERROR, () -> drive.read(ByteBuffer.allocate(10)));
            assertThat(drive.position().next()).isEqualTo(new BlockAddress(2));
            refuses(TapeFault.MEDIUM_ERROR, drive::spaceToEndOfData);
            refuses(TapeFault.MEDIUM_ERROR, () -> drive.locate(new BlockAddress(4)));
            refuses(TapeFault.MEDIUM_ERROR, () -> drive.spaceFilemarks(1));
            assertThat(drive.position().next()).isEqualTo(new BlockAddress(2));
        }
    }

    @Test
    void gaps_end_markers_and_bad_blocks_of_other_writers_are_understood() throws IOException {
        byte[] other = {
            -2,
            -1,
            -1,
            -1,
            2,
            0,
            0,
            0,
            'a',
            'b',
            2,
            0,
            0,
            0, // a gap, then ab
            2,
            0,
            0,
            (byte) 0x80,
            'c',
            'd',
            2,
            0,
            0,
            (byte) 0x80, // read with an error by the copier
            0,
            0,
            0,
            0,
            -1,
            -1,
            -1,
            -1,
            1,
            2,
            3 // filemark, end of medium, rubbish
        };
        try (FileTapeDrive drive = loaded(cartridge(other))) {
            assertThat(drive.read(ByteBuffer.allocate(2)).blockBytes()).isEqualTo(2);
            refuses(TapeFault.MEDIUM_ERROR, () -> drive.read(ByteBuffer.allocate(2)));
            drive.locate(new BlockAddress(2));
            assertThat(TapeDrawing.rest(drive)).isEqualTo("#");
            TapeDrawing.write(drive, "ef|#");
            drive.locate(new BlockAddress(2));
            assertThat(TapeDrawing.rest(drive)).isEqualTo("#|ef|#");
        }
    }

    @Test
    void what_is_no_cartridge_is_refused_and_left_alone() throws IOException {
        byte[] text = "This is a letter, not a tape.".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        FileCartridge letter = cartridge(text);
        assertThatThrownBy(() -> loaded(letter))
                .hasMessage(
                        "SBG-T009 " + letter.tap() + " is not a virtual cartridge: byte 0 begins neither a block nor"
                                + " a filemark\nDATA: " + TapeFault.NOT_A_CARTRIDGE.effect()
                                + "\nHINT: Insert another cartridge; the format is in docs/formats/virtual-cartridge.md.");
        assertThat(letter.tap()).hasBinaryContent(text);

        Files.delete(letter.json());
        refuses(TapeFault.NOT_A_CARTRIDGE, () -> loaded(letter));
        Files.writeString(letter.json(), "{\"format\": 1,\n \"barcode\": }");
        assertThatThrownBy(() -> loaded(letter)).hasMessageContaining("SBG001L6.json:2:13: ");
        Files.delete(letter.tap());
        refuses(TapeFault.NOT_A_CARTRIDGE, () -> loaded(letter));
    }

    @Test
    void a_description_that_makes_no_sense_is_refused() throws IOException {
        FileCartridge cartridge = cartridge(new byte[0]);
        String good = Files.readString(cartridge.json());
        for (String bad : new String[] {
            good.replace("\"format\" : 1", "\"format\" : 7"),
            good.replace("\"capacityBytes\" : 1000", "\"capacityBytes\" : 1"),
            good.replace("\"loads\" : 0", "\"loads\" : -1"),
            good.replace("\"loads\" : 0,", ""),
            good.replace("\"loads\"", "\"lods\""),
            good + "x",
            ""
        }) {
            Files.writeString(cartridge.json(), bad);
            refuses(TapeFault.NOT_A_CARTRIDGE, () -> loaded(cartridge));
        }
    }

    @Test
    @Tag("Q15")
    void whatever_call_fails_all_up_to_the_last_filemark_is_there_and_writing_goes_on() throws IOException {
        sweep(LoadedTape.Flushing.NEVER);
    }

    @Test
    @Tag("Q15")
    void no_failure_of_an_early_flush_is_lost() throws IOException {
        sweep(LoadedTape.Flushing.by(Runnable::run, 1));
        sweep(LoadedTape.Flushing.by(Runnable::run, 30));
    }

    @Test
    @Tag("Q15")
    void flushes_that_nobody_has_begun_are_done_at_the_filemark_and_their_failures_known_there() throws IOException {
        sweep(LoadedTape.Flushing.by(task -> {}, 1));
        sweep(LoadedTape.Flushing.by(
                task -> {
                    throw new RejectedExecutionException("busy");
                },
                1));
    }

    private void sweep(LoadedTape.Flushing flushing) throws IOException {
        FlakyChannel.Trouble clean = new FlakyChannel.Trouble(3, Long.MAX_VALUE, Long.MAX_VALUE, "");
        assertThat(run(clean, flushing)).isEqualTo("done");
        for (String message : new String[] {FULL, BROKEN}) {
            for (long lasting : new long[] {1, Long.MAX_VALUE / 2}) {
                for (long n = 1; n <= clean.calls(); n++) {
                    assertThat(run(new FlakyChannel.Trouble(3, n, n + lasting - 1, message), flushing))
                            .as("%s at call %d", message, n)
                            .isNotEqualTo("done");
                }
            }
        }
    }

    @Test
    void counts_loads_and_bytes_written() throws IOException {
        FileCartridge cartridge = cartridge(new byte[0]);
        try (FileTapeDrive drive = loaded(cartridge)) {
            TapeDrawing.write(drive, "abcd|#");
            drive.rewind();
            TapeDrawing.write(drive, "ef");
            drive.unload();
            drive.load();
            drive.unload();
        }
        assertThat(cartridge.description())
                .isEqualTo(new CartridgeDescription(1, "SBG001L6", 1000, 900, false, 2, 6, 10));
    }

    /** Writes on a disk in trouble, and checks what is left on it; how it ended. */
    private String run(FlakyChannel.Trouble trouble, LoadedTape.Flushing flushing) throws IOException {
        FileCartridge cartridge = cartridge(new byte[0]);
        try (FileTapeDrive drive = loaded(cartridge)) {
            TapeDrawing.write(drive, "old|tape|#");
        }
        String[] objects = TAPE.split("\\|");
        int durable = 0;
        String end = "done";
        FileTapeDrive drive = new FileTapeDrive("drive1", FlakyChannel.files(trouble), flushing);
        drive.insert(cartridge);
        drive.load();
        try (drive) {
            for (int i = 0; i < objects.length; i++) {
                TapeDrawing.write(drive, objects[i]);
                durable = objects[i].equals("#") ? i + 1 : durable;
            }
        } catch (TapeException e) {
            end = e.codeId();
        }
        try (FileTapeDrive again = loaded(cartridge)) {
            String left = TapeDrawing.rest(again);
            String acknowledged = String.join("|", Arrays.copyOf(objects, durable));
            boolean untouched = left.equals("old|tape|#") && durable == 0;
            boolean prefix = TAPE.startsWith(left) && left.startsWith(acknowledged);
            assertThat(untouched || prefix)
                    .as("'%s' is left where '%s' was acknowledged", left, acknowledged)
                    .isTrue();
            TapeDrawing.write(again, "more|#");
            again.rewind();
            assertThat(TapeDrawing.rest(again)).isEqualTo((left.isEmpty() ? "" : left + "|") + "more|#");
        }
        return end;
    }

    private byte[] written() throws IOException {
        FileCartridge cartridge = cartridge(new byte[0]);
        try (FileTapeDrive drive = loaded(cartridge)) {
            TapeDrawing.write(drive, TAPE);
        }
        return Files.readAllBytes(cartridge.tap());
    }

    private FileCartridge cartridge(byte[] content) throws IOException {
        FileCartridge cartridge = FileCartridge.in(folder, "SBG001L6");
        Files.deleteIfExists(cartridge.tap());
        FileCartridge.create(folder, CartridgeDescription.blank("SBG001L6", 1000, 900));
        Files.write(cartridge.tap(), content);
        return cartridge;
    }

    private static FileTapeDrive drive(FileCartridge cartridge) {
        FileTapeDrive drive = new FileTapeDrive("drive1");
        drive.insert(cartridge);
        return drive;
    }

    private static FileTapeDrive loaded(FileCartridge cartridge) throws IOException {
        FileTapeDrive drive = drive(cartridge);
        drive.load();
        return drive;
    }

    private static void refuses(TapeFault fault, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TapeException.class, e -> assertThat(e.code()).isEqualTo(fault));
    }
}
