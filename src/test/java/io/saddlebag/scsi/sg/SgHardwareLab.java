package io.saddlebag.scsi.sg;

import io.saddlebag.scsi.Cdb;
import io.saddlebag.scsi.ScsiTransport;
import io.saddlebag.scsi.ScsiTransportContract;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;

/** SG_IO of a real kernel; run by {@code scripts/hardware-lab} only. */
class SgHardwareLab extends ScsiTransportContract {
    private static final Path DEVICE = Path.of(System.getProperty("saddlebag.lab.sg", "/dev/sg0"));
    private static final int UNIT_ATTENTIONS = 5;

    @BeforeAll
    static void loadCartridge() throws IOException {
        Robot.exchange(1);
    }

    @Override
    protected ScsiTransport open() throws IOException {
        SgTransport drive = SgTransport.open(DEVICE);
        for (int i = 0; i < UNIT_ATTENTIONS; i++) {
            drive.execute(none("TEST UNIT READY", Cdb.of(0, 0, 0, 0, 0, 0)));
        }
        return drive;
    }

    @Override
    protected String expectedName() {
        return DEVICE.toString();
    }
}
