package io.saddlebag.camel.node;

import io.saddlebag.fault.FaultCode;

/** Failures of routes that use Saddlebag's components otherwise than they can be used. */
public enum RouteFault implements FaultCode {
    NO_NODE("SBG-R001", "nothing was touched"),
    SEVERAL_NODES("SBG-R002", "nothing was touched"),
    NO_JOB("SBG-R003", "nothing was done by this step"),
    ALREADY_IN_JOB("SBG-R004", "the job in progress goes on; no other was begun"),
    NOT_AN_IMAGE("SBG-R005", "nothing was written"),
    JOB_FAILED("SBG-R006", "what the job had acknowledged is safe; the rest is no backup"),
    UNKNOWN_NAME("SBG-R007", "nothing was touched");

    private final String id;
    private final String effect;

    RouteFault(String id, String effect) {
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
