package io.saddlebag.tape.scsi;

import io.saddlebag.scsi.memory.TapeHabit;
import java.util.Set;

class ShortPositionDriveTest extends SimulatedDriveContract {
    ShortPositionDriveTest() {
        super(Set.of(TapeHabit.SHORT_POSITION_ONLY), DriveOptions.DEFAULT);
    }
}
