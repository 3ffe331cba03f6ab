package io.saddlebag.scsi;

/** What others may do with a reserved device (SPC-4, 6.13.3.4). */
public enum ReservationType {
    /** They may look at it: for robots, whose inventory others need. */
    WRITE_EXCLUSIVE(0x1),
    /** They may ask who it is. */
    EXCLUSIVE_ACCESS(0x3);

    private final int code;

    ReservationType(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
