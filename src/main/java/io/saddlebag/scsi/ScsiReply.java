package io.saddlebag.scsi;

/** What a device answered. Immutable. */
public final class ScsiReply {
    public static final int GOOD = 0x00;
    public static final int CHECK_CONDITION = 0x02;
    public static final int BUSY = 0x08;
    public static final int RESERVATION_CONFLICT = 0x18;
    public static final int TASK_SET_FULL = 0x28;
    public static final int TASK_ABORTED = 0x40;

    private static final byte[] NO_SENSE = {};

    private final int status;
    private final int transferredBytes;
    private final byte[] sense;

    private ScsiReply(int status, int transferredBytes, byte[] sense) {
        this.status = status;
        this.transferredBytes = transferredBytes;
        this.sense = sense;
    }

    public static ScsiReply good(int transferredBytes) {
        return new ScsiReply(GOOD, transferredBytes, NO_SENSE);
    }

    /** @param sense as it came; may be empty also with {@link #CHECK_CONDITION} */
    public static ScsiReply of(int status, int transferredBytes, byte[] sense) {
        return new ScsiReply(status, transferredBytes, sense.clone());
    }

    public boolean isGood() {
        return status == GOOD;
    }

    /** The device did not take the command; sending it again is sending it for the first time (SAM-5, 5.3.1). */
    public boolean isTooBusy() {
        return status == BUSY || status == TASK_SET_FULL;
    }

    /** SAM-5, table 40, e.g. {@link #GOOD}. */
    public int status() {
        return status;
    }

    /**
     * Bytes of the buffer that were used, as the transport counted. Some targets count wrongly: where sense data says
     * how many, it goes before this.
     */
    public int transferredBytes() {
        return transferredBytes;
    }

    /** Sense data as it came, in fixed or descriptor form, empty when there is none; a copy. */
    public byte[] sense() {
        return sense.clone();
    }
}
