package io.saddlebag.journal;

import io.saddlebag.fault.FaultCode;

/** Failures of journals and their backup. */
public enum JournalFault implements FaultCode {
    OFF("SBG-X001", "nothing was backed up; what the database writes now can't be rolled forward"),
    GAP("SBG-X002", "the chain is broken there: no recovery goes past it without a full backup made after it"),
    CHANGED("SBG-X003", "it was not released; what was backed up of it before is unharmed"),
    NO_ROOM("SBG-X004", "nothing was released; the journals are where they were"),
    NO_QUIET_POINT("SBG-X005", "nothing was backed up by this pass; transactions go on"),
    NOT_READY("SBG-X006", "nothing was released; journals before it are backed up"),
    CONFLICT("SBG-X007", "nothing was touched"),
    IN_CHAIN("SBG-X008", "nothing was deleted"),
    SOURCE("SBG-X009", "nothing was backed up or released by this pass"),
    UNKNOWN("SBG-X010", "nothing was touched"),
    NOT_ARCHIVED("SBG-X011", "the server keeps what it couldn't archive; what was archived before is backed up");

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
