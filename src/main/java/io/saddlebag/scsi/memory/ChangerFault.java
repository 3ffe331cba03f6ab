package io.saddlebag.scsi.memory;

/** What can go wrong with a simulated changer's command (Q11, Q15). Where it can't, a planned fault does nothing. */
public enum ChangerFault {
    /** Unit attention, not ready to ready, medium may have changed; not carried out. */
    MEDIUM_CHANGED(false),
    /** Unit attention, an import or export element was accessed; not carried out. */
    MAIL_SLOT_ACCESSED(false),
    /** Unit attention, power on or reset; not carried out. */
    RESET(false),
    /** Somebody moved a cartridge, and the changer noticed: unit attention. */
    OPERATOR_MOVES(false),
    /** Not ready, becoming ready, for this and the next commands; not carried out. */
    BECOMING_READY(false),
    /** Not ready, somebody has to do something: the door is open. */
    DOOR_OPEN(false),
    /** BUSY; not carried out. */
    BUSY(false),
    /** RESERVATION CONFLICT; not carried out. */
    RESERVED(false),
    /** The host can't reach the device; never sent. */
    NO_DEVICE(false),
    /** The time-out passes; carried out or not, by the seed. */
    TIMED_OUT(false),
    /** The connection breaks; carried out or not, by the seed. */
    CONNECTION_LOST(false),
    /** Hardware error; the cartridge stays, is stuck in the hand, or arrived, by the seed. */
    JAMMED(true),
    /** Hardware error; the move was carried out or not, by the seed. */
    HARDWARE_ERROR(true),
    /** Somebody took the cartridge out of the source, unseen. */
    SOURCE_EMPTY(true),
    /** Somebody put a cartridge into the destination, unseen. */
    DESTINATION_FULL(true),
    /** Medium removal prevented. */
    REMOVAL_PREVENTED(true),
    /** GOOD, and nothing moved. */
    LIES(true),
    /** GOOD, and the cartridge went to another empty element. */
    MISPLACES(true),
    /** From now on one cartridge's barcode is read as another. */
    WRONG_BARCODE(false),
    /** From now on one cartridge's barcode can't be read. */
    NO_BARCODE(false),
    /** From now on volume tags are refused: invalid field in the command. */
    REFUSES_TAGS(false),
    /** From now on device identification is refused: invalid field in the command. */
    REFUSES_DEVICES(false),
    /** From now on the last 8 bytes of each status report are missing. */
    CUTS_REPORTS(false);

    private final boolean ofMoves;

    ChangerFault(boolean ofMoves) {
        this.ofMoves = ofMoves;
    }

    /** Only of moves: with another command nothing happens. */
    public boolean ofMoves() {
        return ofMoves;
    }
}
