package io.saddlebag.journal;

import io.saddlebag.fault.FaultCode;

/** Failures of journals and their backup. */
public enum JournalFault implements FaultCode {
    OFF("SBG-L001", "nothing was backed up; what the database writes now can't be rolled forward"),
    GAP("SBG-L002", "the chain is broken there: no recovery goes past it without a full backup made after it"),
    CHANGED("SBG-L003", "it was not released; what was backed up of it before is unharmed"),
    NO_ROOM("SBG-L004", "nothing was released; the journals are where they were"),
    NO_QUIET_POINT("SBG-L005", "nothing was backed up by this pass; transactions go on"),
    NOT_READY("SBG-L006", "nothing was released; journals before it are backed up"),
    CONFLICT("SBG-L007", "nothing was touched"),
    IN_CHAIN("SBG-L008", "nothing was deleted"),
    SOURCE("SBG-L009", "nothing was backed up or released by this pass"),
    UNKNOWN("SBG-L010", "nothing was touched");

    private final String id;
    private final String effect;

    JournalFault(String id, String effect) {
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
