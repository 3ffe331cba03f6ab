package io.saddlebag.host;

import io.saddlebag.fault.FaultCode;

/** Failures of programs that Saddlebag runs. */
public enum ProcessFault implements FaultCode {
    CANNOT_START("SBG-P001", "the program did not run, so it changed nothing"),
    TIMED_OUT("SBG-P002", "the program was ended with all its children; what it did before that stands"),
    FAILED("SBG-P003", "the program said that it failed; what it did before that stands");

    private final String id;
    private final String effect;

    ProcessFault(String id, String effect) {
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
