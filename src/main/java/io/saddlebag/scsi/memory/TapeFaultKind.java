package io.saddlebag.scsi.memory;

/** What can go wrong with a command of a {@link SimulatedTape}. Where a kind has no meaning, it does nothing. */
public enum TapeFaultKind {
    /** 3/11/00 or 3/0C/00; the block was not read, or not written. */
    MEDIUM_ERROR,
    /** 4/44/00; carried out or not, by the seed. */
    HARDWARE_ERROR,
    /** 6/29/00; not carried out, rewound, the buffer and the settings lost. */
    RESET,
    /** 6/28/00; not carried out, rewound. */
    MEDIUM_CHANGED,
    /** 6/2A/01; not carried out. */
    SETTINGS_CHANGED,
    /** Deferred 3/0C/00: blocks that were taken before did not reach the medium; not carried out. */
    DEFERRED_ERROR,
    /** 2/04/01 for this and the next commands; not carried out. */
    BECOMING_READY,
    /** Not carried out. */
    BUSY,
    /** Not carried out. */
    TASK_SET_FULL,
    /** RESERVATION CONFLICT; not carried out. */
    RESERVED,
    /** B/00/00; not carried out. */
    ABORTED,
    /** The host can't reach the device; never sent. */
    NO_DEVICE,
    TIMED_OUT_CARRIED_OUT,
    TIMED_OUT_NOT_CARRIED_OUT,
    CONNECTION_LOST_CARRIED_OUT,
    CONNECTION_LOST_NOT_CARRIED_OUT,
    /** A write meets the early-warning point. */
    EARLY_WARNING,
    /** A write finds no room: D/00/02. */
    HARD_END,
    /** A bit of a block changes between host and drive; without logical block protection nobody would see that, and it doesn't. */
    FLIPPED_BIT,
    /** A MODE SELECT is answered with GOOD and changes nothing. */
    IGNORED_SETTINGS,
    /** 7/27/00. */
    WRITE_PROTECTED,
    /** The transport's count of bytes is wrong; sense data is right. */
    LYING_RESIDUE,
    /** Sense data without INFORMATION; the transport's count is right. */
    NO_INFORMATION,
    /** Neither sense data nor the transport says how long a block is. */
    NOTHING_SAID,
    /** CHECK CONDITION without sense data; carried out or not, by the seed. */
    NO_SENSE_DATA,
    /** Carried out, with 0/00/17, and TapeAlert 20. */
    CLEANING_REQUESTED,
    /** Carried out, with 1/17/01. */
    RECOVERED;

    boolean isLostAnswer() {
        return switch (this) {
            case TIMED_OUT_CARRIED_OUT,
                    TIMED_OUT_NOT_CARRIED_OUT,
                    CONNECTION_LOST_CARRIED_OUT,
                    CONNECTION_LOST_NOT_CARRIED_OUT -> true;
            default -> false;
        };
    }

    boolean isTimeOut() {
        return this == TIMED_OUT_CARRIED_OUT || this == TIMED_OUT_NOT_CARRIED_OUT;
    }
}
