package io.saddlebag.scsi.memory;

import io.saddlebag.scsi.ScsiReply;
import java.util.Arrays;

/** What a drive says with CHECK CONDITION; {@code flags} are FILEMARK 80, EOM 40, ILI 20. */
record TapeSense(boolean deferred, int key, int asc, int ascq, int flags, boolean valid, int information) {
    static final int FILEMARK = 0x80;
    static final int END_OF_MEDIUM = 0x40;
    static final int INCORRECT_LENGTH = 0x20;

    static TapeSense of(int key, int asc, int ascq) {
        return new TapeSense(false, key, asc, ascq, 0, false, 0);
    }

    TapeSense flagged(int more) {
        return new TapeSense(deferred, key, asc, ascq, flags | more, valid, information);
    }

    TapeSense with(int residue) {
        return new TapeSense(deferred, key, asc, ascq, flags, true, residue);
    }

    TapeSense silent() {
        return new TapeSense(deferred, key, asc, ascq, flags, false, 0);
    }

    TapeSense asDeferred() {
        return new TapeSense(true, key, asc, ascq, flags, valid, information);
    }

    /** The same event, with other words. */
    TapeSense named(int otherKey, int otherAsc, int otherAscq) {
        return new TapeSense(deferred, otherKey, otherAsc, otherAscq, flags, valid, information);
    }

    ScsiReply reply(int transferredBytes, boolean descriptors) {
        return ScsiReply.of(ScsiReply.CHECK_CONDITION, transferredBytes, descriptors ? descriptors() : fixed());
    }

    private byte[] fixed() {
        byte[] sense = new byte[18];
        sense[0] = (byte) ((deferred ? 0x71 : 0x70) | (valid ? 0x80 : 0));
        sense[2] = (byte) (key | flags);
        number(sense, 3);
        sense[7] = 10;
        sense[12] = (byte) asc;
        sense[13] = (byte) ascq;
        return sense;
    }

    private byte[] descriptors() {
        byte[] sense = new byte[8 + 4 + (valid ? 12 : 0)];
        sense[0] = (byte) (deferred ? 0x73 : 0x72);
        sense[1] = (byte) key;
        sense[2] = (byte) asc;
        sense[3] = (byte) ascq;
        sense[7] = (byte) (sense.length - 8);
        sense[8] = 0x04;
        sense[9] = 2;
        sense[11] = (byte) flags;
        if (valid) {
            sense[12] = 0;
            sense[13] = 10;
            sense[14] = (byte) 0x80;
            Arrays.fill(sense, 16, 20, (byte) (information >> 31));
            number(sense, 20);
        }
        return sense;
    }

    private void number(byte[] sense, int at) {
        for (int i = 0; i < 4; i++) {
            sense[at + i] = (byte) (information >> (8 * (3 - i)));
        }
    }
}
