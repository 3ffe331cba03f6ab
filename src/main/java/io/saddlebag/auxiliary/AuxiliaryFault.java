package io.saddlebag.auxiliary;

import io.saddlebag.fault.FaultCode;

/** Failures of recoveries through an auxiliary instance. */
public enum AuxiliaryFault implements FaultCode {
    NO_PARTS("SBG-Z010", "nothing was touched"),
    NO_ROOM("SBG-Z011", "nothing was touched"),
    NOT_RECOVERED("SBG-Z012", "the database itself was not touched; the auxiliary instance is removed"),
    NO_TABLESPACE("SBG-Z013", "nothing was touched");

    private final String id;
    private final String effect;

    AuxiliaryFault(String id, String effect) {
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
