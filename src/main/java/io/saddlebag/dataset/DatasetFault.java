package io.saddlebag.dataset;

import io.saddlebag.fault.FaultCode;

/** Failures of dataset files. */
public enum DatasetFault implements FaultCode {
    SYNTAX("SBG-A001", "nothing was backed up"),
    UNKNOWN("SBG-A002", "nothing was backed up"),
    INCLUDES_ITSELF("SBG-A003", "nothing was backed up"),
    NOTHING_FOR_HOST("SBG-A004", "nothing was backed up"),
    COMMAND_FAILED("SBG-A005", "nothing was backed up; the commands after the backup were run");

    private final String id;
    private final String effect;

    DatasetFault(String id, String effect) {
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
