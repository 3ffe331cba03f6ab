package io.saddlebag.tape.scsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.library.scsi.QuickWaiter;
import io.saddlebag.scsi.BlockProtectionPage;
import io.saddlebag.scsi.memory.LtoGeneration;
import io.saddlebag.scsi.memory.SimulatedCartridge;
import io.saddlebag.scsi.memory.SimulatedTape;
import io.saddlebag.scsi.memory.TapeFaultKind;
import io.saddlebag.scsi.memory.TapeHabit;
import io.saddlebag.tape.BlockAddress;
import io.saddlebag.tape.ReadOutcome;
import io.saddlebag.tape.TapeDrawing;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFault;
import io.saddlebag.tape.WriteOutcome;
import io.saddlebag.tape.scsi.DriveOptions.Protection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocks travel with a sum behind them where the drive can do that, and never when it only says so. */
@Tag("M7")
class BlockProtectionTest {
    private static final int READ = 0x08;
    private static final int WRITE = 0x0a;
    private static final int INQUIRY = 0x12;
    private static final int MODE_SELECT = 0x15;
    private static final int MODE_SENSE = 0x1a;

    private static final DriveOptions REQUIRED = DriveOptions.DEFAULT.withProtection(Protection.REQUIRED);
    private static final DriveOptions OFF = DriveOptions.DEFAULT.withProtection(Protection.OFF);

    private final SimulatedCartridge cartridge = SimulatedCartridge.ofBlocks("SBG001L8", 100, 2);
    private final List<String> said = new ArrayList<>();

    private SimulatedTape lto8(TapeHabit... habits) {
        return new SimulatedTape("drive1", 3, Set.of(habits))
                .lto(LtoGeneration.LTO_8)
                .insert(cartridge);
    }

    private SimulatedTape lto6(TapeHabit... habits) {
        return new SimulatedTape("drive1", 3, Set.of(habits)).insert(cartridge);
    }

    private ScsiTapeDrive loaded(SimulatedTape tape, DriveOptions options) throws IOException {
        ScsiTapeDrive drive = ScsiTapeDrive.open("drive1", tape, new QuickWaiter(), options);
        drive.load(said::add);
        return drive;
    }

    private static String read(ScsiTapeDrive drive, int room) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(room);
        ReadOutcome outcome = drive.read(into);
        assertThat(outcome.kind()).isEqualTo(ReadOutcome.Kind.BLOCK);
        assertThat(outcome.blockBytes()).isEqualTo(into.position());
        return StandardCharsets.ISO_8859_1.decode(into.flip()).toString();
    }

    private static void isFault(Throwable failure, TapeFault fault) {
        assertThat(failure)
                .isInstanceOfSatisfying(
                        TapeException.class, e -> assertThat(e.code()).isEqualTo(fault));
    }

    @Test
    void blocks_go_there_and_back_with_a_sum_and_are_stored_without() throws IOException {
        SimulatedTape tape = lto8();
        ScsiTapeDrive drive = loaded(tape, DriveOptions.DEFAULT);

        TapeDrawing.write(drive, "a|bcd|#");
        drive.rewind();

        assertThat(tape.protection()).isEqualTo(new BlockProtectionPage(2, 4, true, true, true));
        assertThat(cartridge.drawing()).isEqualTo("a|bcd|#");
        assertThat(read(drive, 1)).isEqualTo("a");
        assertThat(read(drive, 7)).isEqualTo("bcd");
        assertThat(drive.blockProtection()).isEqualTo("on, CRC-32C");
        assertThat(said).containsExactly("drive drive1: logical block protection is on, CRC-32C");
    }

    @Test
    void direct_buffers_get_the_block_alone_and_keep_what_is_behind_it() throws IOException {
        ScsiTapeDrive drive = loaded(lto8(), DriveOptions.DEFAULT);
        TapeDrawing.write(drive, "abcd|ef|#");
        drive.rewind();
        ByteBuffer into = ByteBuffer.allocateDirect(10);
        for (int i = 0; i < 10; i++) {
            into.put(i, (byte) '.');
        }

        drive.read(into.position(1).limit(5));
        drive.read(into.limit(8));

        assertThat(StandardCharsets.ISO_8859_1.decode(into.clear()).toString()).isEqualTo(".abcdef...");
    }

    @Test
    void a_tape_that_was_written_with_it_is_read_without_and_the_other_way_round() throws IOException {
        TapeDrawing.write(loaded(lto8(), DriveOptions.DEFAULT), "abc|#");
        SimulatedTape old = lto6WithTheCartridgeOf();

        ScsiTapeDrive without = loaded(old, DriveOptions.DEFAULT);
        assertThat(read(without, 10)).isEqualTo("abc");
        TapeDrawing.write(without, "de|#");
        assertThat(old.protection()).isEqualTo(BlockProtectionPage.OFF);

        ScsiTapeDrive with = loaded(lto8(), REQUIRED);
        assertThat(read(with, 10)).isEqualTo("abc");
        assertThat(read(with, 10)).isEqualTo("de");
    }

    private SimulatedTape lto6WithTheCartridgeOf() {
        return new SimulatedTape("drive2", 3, Set.of()).insert(cartridge);
    }

    @Test
    void a_block_longer_than_the_buffer_is_refused_as_ever() throws IOException {
        ScsiTapeDrive drive = loaded(lto8(), DriveOptions.DEFAULT);
        TapeDrawing.write(drive, "abcde|f|#");
        drive.rewind();

        assertThatThrownBy(() -> drive.read(ByteBuffer.allocate(4)))
                .satisfies(e -> isFault(e, TapeFault.BLOCK_LENGTH))
                .hasMessageContaining("5 bytes long, the buffer takes 4");
        assertThat(read(drive, 1)).isEqualTo("f");
    }

    @Test
    void a_block_changed_on_its_way_there_is_not_written_and_not_sent_again() throws IOException {
        SimulatedTape tape = lto8();
        ScsiTapeDrive drive = loaded(tape, DriveOptions.DEFAULT);
        TapeDrawing.write(drive, "ab|#");
        tape.next(WRITE, TapeFaultKind.FLIPPED_BIT);

        assertThatThrownBy(() -> drive.write(TapeDrawing.block("cd")))
                .satisfies(e -> isFault(e, TapeFault.DAMAGED_ON_THE_WAY))
                .hasMessageContaining("drive drive1 refused a block, which did not arrive as it was sent and was not"
                        + " written (logical block protection, b/10/01)")
                .hasMessageContaining("cables");

        assertThat(tape.writes()).containsExactly("ab", "cd");
        assertThat(drive.position().next()).isEqualTo(new BlockAddress(2));
        TapeDrawing.write(drive, "ef|#");
        assertThat(cartridge.drawing()).isEqualTo("ab|#|ef|#");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void a_block_changed_on_its_way_back_is_refused_and_the_tape_stands_before_it(long seed) throws IOException {
        SimulatedTape tape = new SimulatedTape("drive1", seed, Set.of())
                .lto(LtoGeneration.LTO_8)
                .insert(cartridge);
        ScsiTapeDrive drive = loaded(tape, DriveOptions.DEFAULT);
        TapeDrawing.write(drive, "ab|cde|fg|#");
        drive.rewind();
        read(drive, 8);
        tape.next(READ, TapeFaultKind.FLIPPED_BIT);

        assertThatThrownBy(() -> drive.read(ByteBuffer.allocate(8)))
                .satisfies(e -> isFault(e, TapeFault.DAMAGED_ON_THE_WAY))
                .hasMessageContaining("block 1");

        assertThat(drive.position().next()).isEqualTo(new BlockAddress(1));
        assertThat(read(drive, 8)).isEqualTo("cde");
    }

    @Test
    void a_drive_of_an_older_generation_has_another_sum_which_is_not_used() throws IOException {
        SimulatedTape tape = lto6();

        ScsiTapeDrive drive = loaded(tape, DriveOptions.DEFAULT);

        TapeDrawing.write(drive, "abc|#");
        assertThat(tape.protection()).isEqualTo(BlockProtectionPage.OFF);
        assertThat(drive.blockProtection()).isEqualTo("off: the drive does not offer CRC-32C");
        assertThat(said).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = TapeHabit.class,
            names = {"NO_PROTECTION", "NO_SUBPAGES"})
    void a_drive_without_that_page_is_used_as_it_is(TapeHabit habit) throws IOException {
        SimulatedTape tape = lto8(habit, TapeHabit.NO_PROTECTION_OFFER);

        ScsiTapeDrive drive = loaded(tape, DriveOptions.DEFAULT);

        TapeDrawing.write(drive, "abc|#");
        drive.rewind();
        assertThat(read(drive, 3)).isEqualTo("abc");
        assertThat(cartridge.drawing()).isEqualTo("abc|#");
        assertThat(drive.blockProtection()).isEqualTo("off: the drive does not offer CRC-32C");
        assertThatThrownBy(() -> loaded(tape, REQUIRED)).satisfies(e -> isFault(e, TapeFault.UNPROTECTED));
    }

    @Test
    void a_drive_that_does_not_tell_what_it_offers_is_tried_once() throws IOException {
        assertThat(loaded(lto8(TapeHabit.NO_PROTECTION_OFFER), DriveOptions.DEFAULT)
                        .blockProtection())
                .isEqualTo("on, CRC-32C");

        SimulatedTape old = new SimulatedTape("drive2", 3, Set.of(TapeHabit.NO_PROTECTION_OFFER)).insert(cartridge);
        ScsiTapeDrive drive = loaded(old, DriveOptions.DEFAULT);
        int inquiries = old.count(INQUIRY);
        int selects = old.count(MODE_SELECT);
        drive.load(said::add);
        drive.rewind();
        assertThat(drive.blockProtection()).isEqualTo("off: the drive does not offer CRC-32C");
        assertThat(old.count(INQUIRY)).isEqualTo(inquiries);
        assertThat(old.count(MODE_SELECT)).isEqualTo(selects + 1);
        assertThat(said).containsExactly("drive drive1: logical block protection is on, CRC-32C");
    }

    @Test
    void a_drive_that_takes_the_setting_and_does_not_do_it_is_used_without_and_that_is_said() throws IOException {
        SimulatedTape tape = lto8().at(MODE_SELECT, 2, TapeFaultKind.IGNORED_SETTINGS);

        ScsiTapeDrive drive = loaded(tape, DriveOptions.DEFAULT);

        assertThat(said)
                .containsExactly("drive drive1: logical block protection is off: the drive offers CRC-32C, and does not"
                        + " do it");
        TapeDrawing.write(drive, "abc|#");
        drive.rewind();
        assertThat(read(drive, 3)).isEqualTo("abc");
        assertThat(cartridge.drawing()).isEqualTo("abc|#");
    }

    @Test
    void where_it_is_required_nothing_is_written_without() throws IOException {
        SimulatedTape tape = lto8().at(MODE_SELECT, 2, TapeFaultKind.IGNORED_SETTINGS);

        assertThatThrownBy(() -> loaded(tape, REQUIRED))
                .satisfies(e -> isFault(e, TapeFault.UNPROTECTED))
                .hasMessageContaining("blocks to and from drive drive1 have no logical block protection: the drive"
                        + " offers CRC-32C, and does not do it");
        assertThatThrownBy(() -> loaded(lto6WithTheCartridgeOf(), REQUIRED))
                .satisfies(e -> isFault(e, TapeFault.UNPROTECTED))
                .hasMessageContaining("the drive does not offer CRC-32C")
                .hasMessageContaining("LTO-7");

        assertThat(tape.writes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {BlockProtectionPage.REED_SOLOMON, BlockProtectionPage.CRC32C})
    void what_another_left_on_is_switched_off(int method) throws IOException {
        SimulatedTape tape = lto8();
        tape.leaveProtection(new BlockProtectionPage(method, 4, true, true, false));

        ScsiTapeDrive drive = loaded(tape, OFF);

        TapeDrawing.write(drive, "abc|#");
        assertThat(tape.protection()).isEqualTo(BlockProtectionPage.OFF);
        assertThat(drive.blockProtection()).isEqualTo("off: not wanted");
        drive.rewind();
        tape.leaveProtection(BlockProtectionPage.crc32c(true));
        drive.load(said::add);
        drive.rewind();
        assertThat(read(drive, 3)).isEqualTo("abc");
        assertThat(cartridge.drawing()).isEqualTo("abc|#");
    }

    @Test
    void what_another_left_half_on_or_by_another_method_is_set_right() throws IOException {
        SimulatedTape tape = lto8();
        tape.leaveProtection(new BlockProtectionPage(1, 4, true, false, false));

        TapeDrawing.write(loaded(tape, REQUIRED), "abc|#");

        assertThat(tape.protection()).isEqualTo(BlockProtectionPage.crc32c(true));
        assertThat(cartridge.drawing()).isEqualTo("abc|#");
    }

    @Test
    void reed_solomon_left_on_by_another_is_switched_off_on_an_older_drive() throws IOException {
        SimulatedTape tape = lto6();
        tape.leaveProtection(new BlockProtectionPage(1, 4, true, true, false));

        TapeDrawing.write(loaded(tape, DriveOptions.DEFAULT), "abc|#");

        assertThat(tape.protection()).isEqualTo(BlockProtectionPage.OFF);
        assertThat(cartridge.drawing()).isEqualTo("abc|#");
    }

    @Test
    void a_drive_that_can_not_be_told_to_stop_is_not_used() {
        SimulatedTape tape = lto8().at(MODE_SELECT, 2, TapeFaultKind.IGNORED_SETTINGS);
        tape.leaveProtection(BlockProtectionPage.crc32c(true));

        assertThatThrownBy(() -> loaded(tape, OFF))
                .satisfies(e -> isFault(e, TapeFault.DRIVE_ERROR))
                .hasMessageContaining("counts on sums behind each block");
        assertThat(tape.writes()).isEmpty();
    }

    @Test
    void a_drive_that_is_set_so_already_is_only_asked() throws IOException {
        SimulatedTape tape = lto8();
        tape.leaveProtection(BlockProtectionPage.crc32c(true));

        loaded(tape, REQUIRED);

        assertThat(tape.count(MODE_SELECT)).isEqualTo(1);
    }

    @Test
    void it_is_on_again_after_a_reset_before_a_block_is_sent() throws IOException {
        SimulatedTape tape = lto8();
        ScsiTapeDrive drive = loaded(tape, DriveOptions.DEFAULT);
        TapeDrawing.write(drive, "ab|#");
        tape.next(WRITE, TapeFaultKind.RESET);
        assertThatThrownBy(() -> drive.write(TapeDrawing.block("cd"))).isInstanceOf(TapeException.class);
        assertThat(tape.protection()).isEqualTo(BlockProtectionPage.OFF);

        drive.spaceToEndOfData();
        TapeDrawing.write(drive, "ef|#");

        assertThat(tape.protection()).isEqualTo(BlockProtectionPage.crc32c(true));
        assertThat(cartridge.drawing()).isEqualTo("ab|#|ef|#");
    }

    @Test
    void what_was_on_when_the_tape_was_mounted_is_not_left_out_later() throws IOException {
        SimulatedTape tape = lto8();
        ScsiTapeDrive drive = loaded(tape, DriveOptions.DEFAULT);
        TapeDrawing.write(drive, "ab|#");
        tape.reset();
        assertThatThrownBy(() -> drive.write(TapeDrawing.block("cd"))).isInstanceOf(TapeException.class);
        tape.at(MODE_SELECT, tape.count(MODE_SELECT) + 2, TapeFaultKind.IGNORED_SETTINGS);

        assertThatThrownBy(drive::spaceToEndOfData).satisfies(e -> isFault(e, TapeFault.UNPROTECTED));
    }

    @Test
    void settings_that_others_changed_during_a_job_are_set_right() throws IOException {
        SimulatedTape tape = lto8();
        ScsiTapeDrive drive = loaded(tape, DriveOptions.DEFAULT);
        TapeDrawing.write(drive, "ab|#");
        tape.next(WRITE, TapeFaultKind.SETTINGS_CHANGED);
        assertThatThrownBy(() -> drive.write(TapeDrawing.block("cd")))
                .satisfies(e -> isFault(e, TapeFault.UNIT_ATTENTION));

        assertThat(drive.position().next()).isEqualTo(new BlockAddress(2));

        assertThat(tape.protection()).isEqualTo(BlockProtectionPage.crc32c(true));
    }

    @Test
    void early_warning_and_the_hard_end_are_as_without_it() throws IOException {
        SimulatedCartridge small = SimulatedCartridge.ofBlocks("SBG002L8", 1, 1);
        SimulatedTape tape = new SimulatedTape("drive1", 3, Set.of())
                .lto(LtoGeneration.LTO_8)
                .insert(small);
        ScsiTapeDrive drive = loaded(tape, DriveOptions.DEFAULT);

        assertThat(drive.write(TapeDrawing.block("ab"))).isEqualTo(WriteOutcome.WRITTEN_PAST_EARLY_WARNING);
        drive.write(TapeDrawing.block("cd"));
        assertThatThrownBy(() -> drive.write(TapeDrawing.block("ef")))
                .satisfies(e -> isFault(e, TapeFault.END_OF_MEDIUM));

        assertThat(drive.position().next()).isEqualTo(new BlockAddress(2));
        drive.rewind();
        assertThat(read(drive, 2)).isEqualTo("ab");
    }

    @Test
    void a_page_whose_bytes_were_counted_wrong_is_read_all_the_same() throws IOException {
        SimulatedTape tape = lto8();
        for (int n = 1; n <= 6; n++) {
            tape.at(MODE_SENSE, n, TapeFaultKind.LYING_RESIDUE);
            tape.at(INQUIRY, n + 1, TapeFaultKind.LYING_RESIDUE);
        }

        assertThat(loaded(tape, DriveOptions.DEFAULT).blockProtection()).isEqualTo("on, CRC-32C");
    }

    @Test
    void blocks_with_which_the_way_to_the_drive_is_full_travel_without() throws IOException {
        SimulatedTape tape = lto8();
        NarrowWay narrow = new NarrowWay(tape, 64);
        ScsiTapeDrive drive = ScsiTapeDrive.open("drive1", narrow, new QuickWaiter(), DriveOptions.DEFAULT);
        drive.load();

        TapeDrawing.write(drive, "a".repeat(60));
        assertThat(drive.blockProtection()).isEqualTo("on, CRC-32C");
        TapeDrawing.write(drive, "b".repeat(61) + "|" + "c".repeat(64) + "|#");

        assertThat(drive.blockProtection())
                .isEqualTo("off: blocks with their sums are longer than the way to the drive takes");
        assertThat(tape.protection()).isEqualTo(BlockProtectionPage.OFF);
        drive.load();
        drive.rewind();
        assertThat(drive.blockProtection()).isEqualTo("on, CRC-32C");
        assertThat(read(drive, 64)).isEqualTo("a".repeat(60));
        assertThat(drive.blockProtection()).isEqualTo("on, CRC-32C");
        assertThat(read(drive, 64)).isEqualTo("b".repeat(61));
        assertThat(read(drive, 64)).isEqualTo("c".repeat(64));
        assertThat(drive.blockProtection()).startsWith("off: blocks with their sums");
    }

    @Test
    void where_it_is_required_longer_blocks_are_refused() throws IOException {
        ScsiTapeDrive drive = ScsiTapeDrive.open("drive1", new NarrowWay(lto8(), 64), new QuickWaiter(), REQUIRED);
        drive.load();

        assertThatThrownBy(() -> drive.write(TapeDrawing.block("b".repeat(61))))
                .satisfies(e -> isFault(e, TapeFault.UNPROTECTED))
                .hasMessageContaining("longer than the way");
        TapeDrawing.write(drive, "a".repeat(60) + "|#");
        assertThat(cartridge.drawing()).isEqualTo("a".repeat(60) + "|#");
    }

    @Test
    void positions_that_are_counted_are_counted_with_it_too() throws IOException {
        SimulatedTape tape = lto8();
        ScsiTapeDrive drive = loaded(tape, DriveOptions.DEFAULT.counting());
        TapeDrawing.write(drive, "a|bcdefghijkl|#|cd|#");

        drive.locate(new BlockAddress(3));

        assertThat(read(drive, 2)).isEqualTo("cd");
        drive.spaceFilemarks(-1);
        assertThat(drive.position().next()).isEqualTo(new BlockAddress(2));
    }
}
