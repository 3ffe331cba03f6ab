package io.saddlebag.lease;

import io.saddlebag.fault.FaultCode;

/** Failures of quiesce leases. */
public enum LeaseFault implements FaultCode {
    NO_WATCHDOG("SBG-Q001", "nothing was stopped, since nobody would bring it back if this process died"),
    LOST(
            "SBG-Q002",
            "the source may be running again, so what was read of it since isn't consistent and is thrown away"),
    ACTION_FAILED("SBG-Q003", "the source could not be brought back and needs an operator"),
    NOT_COMMITTED(
            "SBG-Q004",
            "what was prepared for the source is in place as a whole or not at all once it is brought back");

    private final String id;
    private final String effect;

    LeaseFault(String id, String effect) {
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
