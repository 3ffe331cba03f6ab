package io.saddlebag.tape.scsi;

import io.saddlebag.library.scsi.QuickWaiter;
import io.saddlebag.scsi.memory.SimulatedCartridge;
import io.saddlebag.scsi.memory.SimulatedTape;
import io.saddlebag.scsi.memory.TapeHabit;
import io.saddlebag.tape.TapeDrive;
import io.saddlebag.tape.TapeDriveContract;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Tag;

@Tag("M3")
abstract class SimulatedDriveContract extends TapeDriveContract {
    private final SimulatedTape tape;
    private final DriveOptions options;

    SimulatedDriveContract(Set<TapeHabit> habits, DriveOptions options) {
        this.tape = new SimulatedTape("drive1", 7, habits).slowLoads(3);
        this.options = options;
    }

    @Override
    protected TapeDrive driveWithCartridge(int blocksUntilWarning, int blocksAfterWarning) throws IOException {
        tape.insert(SimulatedCartridge.ofBlocks("SBG001L6", blocksUntilWarning, blocksAfterWarning));
        return emptyDrive();
    }

    @Override
    protected TapeDrive emptyDrive() throws IOException {
        return ScsiTapeDrive.open("drive1", tape, new QuickWaiter(), options);
    }

    @Override
    protected void protectCartridge() {
        tape.cartridge().orElseThrow().protect();
    }

    @Override
    protected TapeDrive afterCrash(TapeDrive drive) throws IOException {
        tape.powerLoss();
        return emptyDrive();
    }
}
