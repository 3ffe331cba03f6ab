package io.saddlebag.database;

import io.saddlebag.fault.FaultCode;

/** Failures of restored copies that are run beside their originals (R14, W24). None of them touches the original. */
public enum CopyFault implements FaultCode {
    NOT_FENCED("SBG-Z001", "the copy was not started, since it would reach what is the original's"),
    NOT_A_COPY("SBG-Z002", "nothing was started: what was restored is no database of this engine"),
    DAMAGED("SBG-Z003", "the backup can't be relied on; the database itself was not touched"),
    NOT_REACHABLE("SBG-Z004", "the copy was not started"),
    DOES_NOT_END("SBG-Z005", "an instance runs on in the scratch folder; the database itself was not touched");

    private final String id;
    private final String effect;

    CopyFault(String id, String effect) {
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
