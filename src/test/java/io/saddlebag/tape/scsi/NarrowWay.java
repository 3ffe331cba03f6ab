package io.saddlebag.tape.scsi;

import io.saddlebag.scsi.ScsiCommand;
import io.saddlebag.scsi.ScsiReply;
import io.saddlebag.scsi.ScsiTransport;
import java.io.IOException;

/** A way on which commands transfer no more than a host adapter lets through. */
record NarrowWay(ScsiTransport behind, int longestTransferBytes) implements ScsiTransport {
    @Override
    public String name() {
        return behind.name();
    }

    @Override
    public ScsiReply execute(ScsiCommand command) throws IOException {
        boolean block = command.cdb().operation() == 0x08 || command.cdb().operation() == 0x0a;
        if (block && command.transferBytes() > longestTransferBytes) {
            throw new IllegalArgumentException(command.transferBytes() + " bytes are too many");
        }
        return behind.execute(command);
    }

    @Override
    public void close() throws IOException {
        behind.close();
    }
}
