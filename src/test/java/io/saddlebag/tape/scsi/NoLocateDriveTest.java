package io.saddlebag.tape.scsi;

import io.saddlebag.scsi.memory.TapeHabit;
import java.util.Set;

class NoLocateDriveTest extends SimulatedDriveContract {
    NoLocateDriveTest() {
        super(Set.of(TapeHabit.NO_LOCATE), DriveOptions.DEFAULT);
    }
}
