package io.saddlebag.tape.st;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.saddlebag.tape.BlockLimits;
import io.saddlebag.tape.TapeDrive;
import io.saddlebag.tape.TapeDriveContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;

/**
 * The kernel's tape driver on the kernel's simulated drive, which knows positions but no blocks below 512 bytes, and
 * keeps the first four bytes of each: {@link PaddedDrive}. Run by {@code scripts/hardware-lab} only.
 */
class StOverScsiDebugHardwareLab extends TapeDriveContract {
    private static final Path DEVICE = Path.of("/dev/nst0");
    private static final String ONE_SIZE = "this drive's capacity is 10000 units";
    private static final Map<String, String> NOT_HERE = Map.ofEntries(
            Map.entry("warns_with_the_block_that_reaches_the_point_and_ends_later", ONE_SIZE),
            Map.entry("an_overwritten_cartridge_has_its_whole_capacity_again", ONE_SIZE),
            Map.entry("a_protected_cartridge_is_read_and_never_written", "nothing protects this drive's medium"),
            Map.entry(
                    "spaces_over_filemarks_in_both_directions",
                    "three filemarks back from the end of data end at the beginning here, whoever asks"),
            Map.entry("an_empty_drive_says_so", "this drive is never empty"),
            Map.entry("loading_twice_does_not_move_and_unloading_rewinds", "this drive does not unload"),
            Map.entry("a_flush_and_an_unload_make_blocks_durable_too", "this drive does not unload"),
            Map.entry("a_cartridge_that_is_not_loaded_is_not_there_yet", "this drive is always loaded"));

    @BeforeEach
    void leaveOutWhatTheTargetCanNot(TestInfo test) {
        String name = test.getTestMethod().orElseThrow().getName();
        assumeFalse(NOT_HERE.containsKey(name), () -> NOT_HERE.getOrDefault(name, ""));
        assumeFalse(
                forgetsAtFlush() && name.equals("a_flush_in_the_middle_forgets_nothing"),
                "this drive takes WRITE FILEMARKS of none in the middle for the end of data");
    }

    /** Whether the driver sends WRITE FILEMARKS of none also when there is nothing to flush. */
    protected boolean forgetsAtFlush() {
        return false;
    }

    @Override
    protected TapeDrive driveWithCartridge(int blocksUntilWarning, int blocksAfterWarning) throws IOException {
        TapeDrive drive = open();
        drive.load();
        drive.rewind();
        drive.erase();
        drive.rewind();
        return drive;
    }

    @Override
    protected TapeDrive emptyDrive() {
        throw new UnsupportedOperationException("this drive is never empty");
    }

    @Override
    protected void protectCartridge() {
        throw new UnsupportedOperationException("nothing protects this drive's medium");
    }

    @Override
    protected TapeDrive afterCrash(TapeDrive drive) throws IOException {
        drive.close();
        TapeDrive again = open();
        again.load();
        again.rewind();
        return again;
    }

    protected TapeDrive opened() throws IOException {
        return StTapeDrive.open("DRIVE1", DEVICE, new BlockLimits(512, 1 << 20));
    }

    private TapeDrive open() throws IOException {
        return new PaddedDrive(opened());
    }
}
