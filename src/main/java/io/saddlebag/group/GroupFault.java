package io.saddlebag.group;

import io.saddlebag.fault.FaultCode;

/** Failures of consistency groups. */
public enum GroupFault implements FaultCode {
    UNKNOWN_GROUP("SBG-W011", "nothing was touched"),
    NO_WHOLE_POINT("SBG-W012", "nothing was touched"),
    SHARED_PATHS("SBG-W013", "nothing was touched"),
    NO_COMMON_INSTANT("SBG-W014", "nothing was touched");

    private final String id;
    private final String effect;

    GroupFault(String id, String effect) {
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
