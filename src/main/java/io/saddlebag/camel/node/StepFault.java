package io.saddlebag.camel.node;

import io.saddlebag.fault.FaultCode;

/** Failures of steps that use Saddlebag's components otherwise than they can be used. */
public enum StepFault implements FaultCode {
    NO_NODE("SBG-E001", "nothing was touched"),
    SEVERAL_NODES("SBG-E002", "nothing was touched"),
    NO_JOB("SBG-E003", "nothing was done by this step"),
    ALREADY_IN_JOB("SBG-E004", "the job in progress goes on; no other was begun"),
    NOT_AN_IMAGE("SBG-E005", "nothing was written"),
    JOB_FAILED("SBG-E006", "what the job had acknowledged is safe; the rest is no backup"),
    UNKNOWN_NAME("SBG-E007", "nothing was touched");

    private final String id;
    private final String effect;

    StepFault(String id, String effect) {
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
