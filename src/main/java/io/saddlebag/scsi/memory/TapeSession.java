package io.saddlebag.scsi.memory;

import io.saddlebag.scsi.ScsiCommand;
import io.saddlebag.scsi.ScsiException;
import io.saddlebag.scsi.ScsiReply;
import io.saddlebag.scsi.ScsiTransport;

/** One initiator's way to a simulated drive. */
record TapeSession(SimulatedTape drive, int initiator) implements ScsiTransport {
    @Override
    public String name() {
        return drive.name();
    }

    @Override
    public int longestTransferBytes() {
        return drive.longestTransferBytes();
    }

    @Override
    public ScsiReply execute(ScsiCommand command) throws ScsiException {
        return drive.execute(command, initiator);
    }

    /** No effect: the drive is there for others. */
    @Override
    public void close() {}
}
