package io.saddlebag.library.scsi;

import io.saddlebag.scsi.ScsiReply;
import io.saddlebag.scsi.SenseData;

/**
 * What a robot meant with CHECK CONDITION (SPC-4, 4.5; SMC-3, 6).
 *
 * @param key sense key, 0 when there was no sense data
 */
record RobotSense(int key, int asc, int ascq) {
    static RobotSense of(ScsiReply reply) {
        SenseData sense = SenseData.of(reply);
        return new RobotSense(sense.key(), sense.asc(), sense.ascq());
    }

    boolean isNews() {
        return key == SenseData.UNIT_ATTENTION;
    }

    /** It gets ready by itself. */
    boolean isBecomingReady() {
        return key == SenseData.NOT_READY && asc == 0x04 && (ascq == 0x01 || ascq == 0x07);
    }

    /** A person has to do something, such as closing the door. */
    boolean needsAHand() {
        return key == SenseData.NOT_READY && !isBecomingReady();
    }

    boolean isUnsupportedCommand() {
        return key == SenseData.ILLEGAL_REQUEST && asc == 0x20;
    }

    /** The command is known, one of its options isn't. */
    boolean isUnsupportedOption() {
        return key == SenseData.ILLEGAL_REQUEST && asc == 0x24;
    }

    boolean saysSourceEmpty() {
        return key == SenseData.ILLEGAL_REQUEST && asc == 0x3b && ascq == 0x0e;
    }

    boolean saysDestinationFull() {
        return key == SenseData.ILLEGAL_REQUEST && asc == 0x3b && ascq == 0x0d;
    }

    /** Makers have codes of their own for a drive that doesn't let go: 3B/11, 3B/90, 3B/A0. */
    boolean saysOutOfReach() {
        return asc == 0x3b && !saysSourceEmpty() && !saysDestinationFull();
    }

    boolean saysRemovalPrevented() {
        return asc == 0x53 && ascq == 0x02;
    }

    /** The command was refused before anything moved. */
    boolean isRefusal() {
        return key == SenseData.ILLEGAL_REQUEST || key == SenseData.NOT_READY;
    }

    boolean isJam() {
        return key == SenseData.HARDWARE_ERROR && asc == 0x15;
    }

    /** {@code 4/15/01}, as vendors' manuals list it. */
    @Override
    public String toString() {
        return String.format("%x/%02x/%02x", key, asc, ascq);
    }
}
