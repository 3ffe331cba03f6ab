package io.saddlebag.tape.scsi;

import io.saddlebag.scsi.memory.TapeHabit;
import java.util.Set;

class DescriptorSenseDriveTest extends SimulatedDriveContract {
    DescriptorSenseDriveTest() {
        super(Set.of(TapeHabit.DESCRIPTOR_SENSE), DriveOptions.DEFAULT);
    }
}
