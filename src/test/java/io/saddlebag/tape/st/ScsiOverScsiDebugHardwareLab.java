package io.saddlebag.tape.st;

import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.scsi.sg.SgTransport;
import io.saddlebag.tape.TapeDrive;
import io.saddlebag.tape.scsi.DriveOptions;
import io.saddlebag.tape.scsi.ScsiTapeDrive;
import java.io.IOException;
import java.nio.file.Path;

/** Our own drive over SG_IO on the kernel's simulated one; run by {@code scripts/hardware-lab} only. */
class ScsiOverScsiDebugHardwareLab extends StOverScsiDebugHardwareLab {
    private static final Path DEVICE = Path.of(System.getProperty("saddlebag.lab.sg", "/dev/sg0"));

    @Override
    protected boolean forgetsAtFlush() {
        return true;
    }

    @Override
    protected TapeDrive opened() throws IOException {
        return ScsiTapeDrive.open("DRIVE1", SgTransport.open(DEVICE), new SystemWaiter(), DriveOptions.DEFAULT);
    }
}
