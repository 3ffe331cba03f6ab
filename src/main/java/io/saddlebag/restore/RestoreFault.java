package io.saddlebag.restore;

import io.saddlebag.fault.FaultCode;

/** Failures of restores and verifications. */
public enum RestoreFault implements FaultCode {
    NOTHING_SELECTED("SBG-V001", "nothing was restored"),
    DIFFERS("SBG-V002", "what was read back is not what was backed up; nothing of it was put in place"),
    UNSAFE_MEMBER("SBG-V003", "that object was not restored; nothing outside of the target was touched"),
    NO_ROOM("SBG-V004", "nothing was changed"),
    IN_THE_WAY("SBG-V005", "nothing was changed"),
    WRONG_DATABASE("SBG-V006", "nothing was touched"),
    BAD_REQUEST("SBG-V007", "nothing was touched"),
    LEASE_LOST("SBG-V008", "the database's old files are in place; what was restored is thrown away"),
    STILL_RESTORING("SBG-V009", "unfinished files of a dead process stay where they are"),
    STATE_INCOMPLETE("SBG-V020", "nothing was touched"),
    NONE_SATISFIES("SBG-V021", "nothing was touched"),
    NONE_READABLE("SBG-V022", "no state was restored whole; a database has its old files"),
    MOVES_NOT_POSSIBLE("SBG-V025", "nothing was touched"),
    PART_OF_DATABASE("SBG-V030", "nothing was touched"),
    NO_CONTROL_FILE("SBG-V031", "nothing was touched"),
    INSTANCE_UP("SBG-V032", "no control file was changed");

    private final String id;
    private final String effect;

    RestoreFault(String id, String effect) {
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
