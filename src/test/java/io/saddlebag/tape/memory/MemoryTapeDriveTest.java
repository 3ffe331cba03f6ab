package io.saddlebag.tape.memory;

import io.saddlebag.tape.TapeDrive;
import io.saddlebag.tape.TapeDriveContract;
import org.junit.jupiter.api.Tag;

@Tag("Q12")
class MemoryTapeDriveTest extends TapeDriveContract {
    private final FaultPlan faults = FaultPlan.seeded(7);
    private final MemoryTapeDrive drive = new MemoryTapeDrive("drive1", faults);

    @Override
    protected TapeDrive driveWithCartridge(int blocksUntilWarning, int blocksAfterWarning) {
        drive.insert(new MemoryCartridge("SBG001L6", Capacity.ofBlocks(blocksUntilWarning, blocksAfterWarning)));
        return drive;
    }

    @Override
    protected TapeDrive emptyDrive() {
        return drive;
    }

    @Override
    protected void protectCartridge() {
        drive.cartridge().orElseThrow().protect();
    }

    @Override
    protected TapeDrive afterCrash(TapeDrive crashed) {
        drive.powerLoss(faults.nextSeed());
        faults.power().restore();
        return drive;
    }
}
