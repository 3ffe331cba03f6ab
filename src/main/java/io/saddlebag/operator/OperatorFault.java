package io.saddlebag.operator;

import io.saddlebag.fault.FaultCode;

/** Failures of what operators ask for, or are asked to do. */
public enum OperatorFault implements FaultCode {
    SOME_FAILED("SBG-O001", "what is named as failed was not done; the others were done"),
    NOT_CARRIED("SBG-O002", "nothing was moved, read or written");

    private final String id;
    private final String effect;

    OperatorFault(String id, String effect) {
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
