package io.saddlebag.rehearsal;

import io.saddlebag.fault.FaultCode;

/** Failures of restore tests. */
public enum RehearsalFault implements FaultCode {
    BAD_SCRATCH("SBG-W001", "nothing was restored"),
    NO_BACKUP("SBG-W002", "nothing was restored"),
    NOT_RESTORED("SBG-W003", "the backup can't be relied on; the database itself was not touched"),
    FENCED("SBG-W004", "nothing was changed there");

    private final String id;
    private final String effect;

    RehearsalFault(String id, String effect) {
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
