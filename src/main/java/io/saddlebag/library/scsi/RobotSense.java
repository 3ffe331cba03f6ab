package io.saddlebag.library.scsi;

import io.saddlebag.scsi.ScsiReply;

/**
 * What a robot meant with CHECK CONDITION (SPC-4, 4.5; SMC-3, 6).
 *
 * @param key sense key, 0 when there was no sense data
 */
record RobotSense(int key, int asc, int ascq) {
    private static final int NOT_READY = 2;
    private static final int HARDWARE_ERROR = 4;
    private static final int ILLEGAL_REQUEST = 5;
    private static final int UNIT_ATTENTION = 6;

    static RobotSense of(ScsiReply reply) {
        byte[] sense = reply.sense();
        int format = sense.length == 0 ? 0 : sense[0] & 0x7f;
        boolean descriptors = format == 0x72 || format == 0x73;
        if (descriptors) {
            return new RobotSense(at(sense, 1) & 0x0f, at(sense, 2), at(sense, 3));
        }
        boolean fixed = format == 0x70 || format == 0x71;
        return fixed ? new RobotSense(at(sense, 2) & 0x0f, at(sense, 12), at(sense, 13)) : new RobotSense(0, 0, 0);
    }

    boolean isNews() {
        return key == UNIT_ATTENTION;
    }

    /** It gets ready by itself. */
    boolean isBecomingReady() {
        return key == NOT_READY && asc == 0x04 && (ascq == 0x01 || ascq == 0x07);
    }

    /** A person has to do something, such as closing the door. */
    boolean needsAHand() {
        return key == NOT_READY && !isBecomingReady();
    }

    boolean isUnsupportedCommand() {
        return key == ILLEGAL_REQUEST && asc == 0x20;
    }

    /** The command is known, one of its options isn't. */
    boolean isUnsupportedOption() {
        return key == ILLEGAL_REQUEST && asc == 0x24;
    }

    boolean saysSourceEmpty() {
        return key == ILLEGAL_REQUEST && asc == 0x3b && ascq == 0x0e;
    }

    boolean saysDestinationFull() {
        return key == ILLEGAL_REQUEST && asc == 0x3b && ascq == 0x0d;
    }

    boolean saysRemovalPrevented() {
        return asc == 0x53 && ascq == 0x02;
    }

    /** The command was refused before anything moved. */
    boolean isRefusal() {
        return key == ILLEGAL_REQUEST || key == NOT_READY;
    }

    boolean isJam() {
        return key == HARDWARE_ERROR && asc == 0x15;
    }

    /** {@code 4/15/01}, as vendors' manuals list it. */
    @Override
    public String toString() {
        return String.format("%x/%02x/%02x", key, asc, ascq);
    }

    private static int at(byte[] sense, int index) {
        return index < sense.length ? sense[index] & 0xff : 0;
    }
}
