package io.saddlebag.incarnation;

import io.saddlebag.fault.FaultCode;

/** Why it can't be said which history of a database is meant. */
public enum IncarnationFault implements FaultCode {
    UNKNOWN("SBG-V040", "nothing was touched"),
    AMBIGUOUS("SBG-V041", "nothing was touched"),
    OUTSIDE("SBG-V042", "nothing was touched"),
    MALFORMED("SBG-V043", "nothing was touched");

    private final String id;
    private final String effect;

    IncarnationFault(String id, String effect) {
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
