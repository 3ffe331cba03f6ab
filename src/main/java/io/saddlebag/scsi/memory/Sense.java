package io.saddlebag.scsi.memory;

import io.saddlebag.scsi.ScsiReply;

/** What a changer says with CHECK CONDITION, in fixed format (SPC-4, 4.5.3). */
enum Sense {
    MEDIUM_CHANGED(0x6, 0x28, 0x00),
    MAIL_SLOT_ACCESSED(0x6, 0x28, 0x01),
    RESET(0x6, 0x29, 0x00),
    BECOMING_READY(0x2, 0x04, 0x01),
    MANUAL_INTERVENTION(0x2, 0x04, 0x03),
    NO_SUCH_COMMAND(0x5, 0x20, 0x00),
    BAD_ADDRESS(0x5, 0x21, 0x01),
    INVALID_FIELD(0x5, 0x24, 0x00),
    DESTINATION_FULL(0x5, 0x3b, 0x0d),
    SOURCE_EMPTY(0x5, 0x3b, 0x0e),
    OUT_OF_REACH(0x5, 0x3b, 0x11),
    REMOVAL_PREVENTED(0x5, 0x53, 0x02),
    JAMMED(0x4, 0x15, 0x01),
    HARDWARE_ERROR(0x4, 0x44, 0x00);

    private static final int BYTES = 18;

    private final int key;
    private final int asc;
    private final int ascq;

    Sense(int key, int asc, int ascq) {
        this.key = key;
        this.asc = asc;
        this.ascq = ascq;
    }

    ScsiReply reply() {
        byte[] sense = new byte[BYTES];
        sense[0] = 0x70;
        sense[2] = (byte) key;
        sense[7] = BYTES - 8;
        sense[12] = (byte) asc;
        sense[13] = (byte) ascq;
        return ScsiReply.of(ScsiReply.CHECK_CONDITION, 0, sense);
    }
}
