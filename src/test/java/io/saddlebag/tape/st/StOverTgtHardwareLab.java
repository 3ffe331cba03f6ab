package io.saddlebag.tape.st;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.saddlebag.scsi.sg.Robot;
import io.saddlebag.tape.BlockLimits;
import io.saddlebag.tape.ReadOutcome;
import io.saddlebag.tape.TapeDrive;
import io.saddlebag.tape.TapeDriveContract;
import io.saddlebag.tape.WriteOutcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** The kernel's tape driver on tgt's drive, a blank cartridge a test; run by {@code scripts/hardware-lab} only. */
class StOverTgtHardwareLab extends TapeDriveContract {
    private static final Path DEVICE = Path.of("/dev/nst0");
    private static final Set<String> POSSIBLE = Set.of(
            "reads_into_any_buffer_from_its_position_on",
            "a_block_longer_than_the_buffer_is_refused_and_passed",
            "takes_blocks_within_its_limits_only",
            "refuses_more_than_two_filemarks",
            "an_empty_drive_says_so",
            "keeps_blocks_of_any_length_and_filemarks",
            "no_block_is_lost_or_written_twice_behind_early_warning");

    private static int slot = 1;

    @BeforeEach
    void leaveOutWhatTheTargetCanNot(TestInfo test) {
        String name = test.getTestMethod().orElseThrow().getName();
        assumeTrue(
                POSSIBLE.contains(name),
                "tgt tells no position, and reports the end of data so that the kernel takes it for a block");
    }

    @Test
    void keeps_blocks_of_any_length_and_filemarks() throws IOException {
        int[] lengths = {4, 5, 4097, 65_535, 262_144, 1 << 20};
        Random content = new Random(1);
        Robot.exchange(++slot);
        try (TapeDrive drive = open()) {
            drive.load();
            byte[][] written = new byte[lengths.length][];
            for (int i = 0; i < lengths.length; i++) {
                written[i] = new byte[lengths[i]];
                content.nextBytes(written[i]);
                ByteBuffer block = i % 2 == 0 ? ByteBuffer.wrap(written[i]) : direct(written[i]);
                assertThat(drive.write(block)).isEqualTo(WriteOutcome.WRITTEN);
                drive.writeFilemarks(i % 3);
            }
            drive.rewind();
            for (int i = 0; i < lengths.length; i++) {
                // a read within twice the block's length is cut short by tgt, except at the length itself
                ByteBuffer into = i % 2 == 0 ? ByteBuffer.allocate(lengths[i]) : ByteBuffer.allocateDirect(lengths[i]);
                assertThat(drive.read(into)).isEqualTo(ReadOutcome.block(lengths[i]));
                byte[] got = new byte[lengths[i]];
                into.flip().get(got);
                assertThat(got).isEqualTo(written[i]);
                for (int mark = 0; mark < i % 3; mark++) {
                    assertThat(drive.read(ByteBuffer.allocate(4))).isEqualTo(ReadOutcome.FILEMARK);
                }
            }
        }
    }

    @Test
    @Tag("M6")
    void no_block_is_lost_or_written_twice_behind_early_warning() throws IOException {
        Robot.exchange(++slot);
        try (TapeDrive drive = open()) {
            drive.load();
            int blocks = 0;
            int warned = 0;
            while (warned < 7 && blocks < 100) {
                ByteBuffer block = ByteBuffer.allocateDirect(1 << 18).putInt(0, blocks);
                warned += drive.write(block) == WriteOutcome.WRITTEN_PAST_EARLY_WARNING ? 1 : 0;
                blocks++;
            }
            assertThat(warned).isEqualTo(7);
            assertThat(drive.writeFilemarks(1)).isEqualTo(WriteOutcome.WRITTEN_PAST_EARLY_WARNING);
            assertThat(drive.position().next().value()).isEqualTo(blocks + 1);
            drive.rewind();
            for (int i = 0; i < blocks; i++) {
                ByteBuffer into = ByteBuffer.allocateDirect(1 << 18);
                assertThat(drive.read(into)).isEqualTo(ReadOutcome.block(1 << 18));
                assertThat(into.getInt(0)).isEqualTo(i);
            }
            assertThat(drive.read(ByteBuffer.allocate(1 << 18))).isEqualTo(ReadOutcome.FILEMARK);
        }
    }

    @Override
    protected TapeDrive driveWithCartridge(int blocksUntilWarning, int blocksAfterWarning) throws IOException {
        Robot.exchange(++slot);
        return new PaddedDrive(open());
    }

    @Override
    protected TapeDrive emptyDrive() throws IOException {
        Robot.exchange(0);
        return new PaddedDrive(open());
    }

    @Override
    protected void protectCartridge() {
        throw new UnsupportedOperationException("tgt protects no cartridge");
    }

    @Override
    protected TapeDrive afterCrash(TapeDrive drive) throws IOException {
        drive.close();
        return new PaddedDrive(open());
    }

    private static TapeDrive open() throws IOException {
        return StTapeDrive.open("DRIVE1", DEVICE, new BlockLimits(4, 1 << 20));
    }

    private static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }
}
