package io.saddlebag.scsi.sg;

import io.saddlebag.lab.TapeLab;
import io.saddlebag.scsi.Cdb;
import io.saddlebag.scsi.ScsiCommand;
import io.saddlebag.scsi.ScsiCommand.Direction;
import io.saddlebag.scsi.ScsiReply;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** The lab's changer behind SG_IO: enough of a robot to give each test a cartridge of its own. */
public final class Robot {
    private static final Path DEVICE = Path.of(System.getProperty("saddlebag.lab.changer", "/dev/sg1"));
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private static int inDrive;

    private Robot() {}

    /** @param slot 1 and up; 0 leaves the drive empty */
    public static void exchange(int slot) throws IOException {
        try (SgTransport changer = SgTransport.open(DEVICE)) {
            for (int i = 0; i < 3; i++) {
                changer.execute(
                        new ScsiCommand("TEST UNIT READY", Cdb.of(0, 0, 0, 0, 0, 0), Direction.NONE, null, LIMIT));
            }
            if (inDrive != 0) {
                move(changer, TapeLab.FIRST_DRIVE, TapeLab.FIRST_SLOT + inDrive - 1);
            }
            inDrive = 0;
            if (slot != 0) {
                move(changer, TapeLab.FIRST_SLOT + slot - 1, TapeLab.FIRST_DRIVE);
            }
            inDrive = slot;
        }
    }

    private static void move(SgTransport changer, int from, int to) throws IOException {
        Cdb cdb = Cdb.of(0xa5, 0, 0, 0, from >> 8, from & 0xff, to >> 8, to & 0xff, 0, 0, 0, 0);
        ScsiReply reply = changer.execute(new ScsiCommand("MOVE MEDIUM", cdb, Direction.NONE, null, LIMIT));
        if (!reply.isGood()) {
            throw new IOException("no move from " + from + " to " + to + ": status " + reply.status());
        }
    }
}
