package io.saddlebag.tape.scsi;

import java.util.Set;

class ScsiTapeDriveTest extends SimulatedDriveContract {
    ScsiTapeDriveTest() {
        super(Set.of(), DriveOptions.DEFAULT);
    }
}
