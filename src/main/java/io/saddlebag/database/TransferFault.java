package io.saddlebag.database;

import io.saddlebag.fault.FaultCode;

/** Failures of bringing one database, or single blocks, from a recovered copy into the original (R8). */
public enum TransferFault implements FaultCode {
    NO_PROGRAM("SBG-Z020", "nothing was touched"),
    NAME_TAKEN("SBG-Z021", "nothing was touched"),
    NOT_IN_COPY("SBG-Z022", "nothing of the original was touched"),
    NO_ROOM("SBG-Z023", "nothing of the original was touched"),
    NOT_LOADED("SBG-Z024", "the original has the databases it had; what was loaded is removed"),
    DIFFERS("SBG-Z025", "the original has the databases it had; what was loaded is removed"),
    NOT_NAMED("SBG-Z026", "the original has the databases it had, under their names"),
    NOT_ALLOWED("SBG-Z027", "nothing was touched");

    private final String id;
    private final String effect;

    TransferFault(String id, String effect) {
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
