package io.saddlebag.library;

import io.saddlebag.fault.FaultCode;

/** Failures of a robot or of a move that was asked of it. */
public enum LibraryFault implements FaultCode {
    SOURCE_EMPTY("SBG-L001", "nothing was moved"),
    DESTINATION_FULL("SBG-L002", "nothing was moved"),
    NO_SUCH_ELEMENT("SBG-L003", "nothing was moved"),
    JAMMED("SBG-L004", "the cartridge's place is unknown until the inventory is read again; its content is unharmed"),
    DOOR_OPEN("SBG-L005", "nothing was moved"),
    NOT_RELEASED("SBG-L006", "nothing was moved; the drive still holds the cartridge"),
    INVENTORY_CHANGED("SBG-L007", "nothing was moved; cartridges were moved by somebody else"),
    BAD_LIBRARY("SBG-L008", "nothing was changed; the library's description can't be used"),
    ROBOT_ERROR("SBG-L009", "the move did not end well; the inventory must be read again"),
    IN_USE("SBG-L010", "nothing was changed; somebody else uses the library"),
    BARCODE_IN_USE("SBG-L011", "nothing was changed; two cartridges can't have one barcode"),
    LOCKED("SBG-L012", "nothing was moved; somebody has locked the library's door or mail slots"),
    WRONG_DRIVE(
            "SBG-L013",
            "nothing was read or written; a drive and the place in the library that was taken for its own don't belong"
                    + " together"),
    NOT_SHARED("SBG-L014", "nothing was changed; no host has reservations of that device"),
    NO_SHARED_LOCKS("SBG-L015", "nothing was changed; other nodes of this machine may not see who has a drive");

    private final String id;
    private final String effect;

    LibraryFault(String id, String effect) {
        this.id = id;
        this.effect = effect;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String effect() {
        return effect;
    }
}
