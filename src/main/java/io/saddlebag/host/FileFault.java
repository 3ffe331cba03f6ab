package io.saddlebag.host;

import io.saddlebag.fault.FaultCode;

/** Failures of files that are backed up, or restored to. */
public enum FileFault implements FaultCode {
    NO_SPACE("SBG-F001", "the file being written is not there, not even in part; those before it are"),
    VANISHED("SBG-F002", "nothing was read of it or written to it"),
    PERMISSION("SBG-F003", "nothing was read of it or written to it"),
    NOT_CONFINED("SBG-F004", "nothing was written; it would have been outside the target"),
    EXISTS("SBG-F005", "what is there was left as it is"),
    IO_ERROR("SBG-F006", "a file being read is incomplete in the backup; one being written is not there"),
    UNSUPPORTED("SBG-F007", "the file system can't hold this; the rest of the file is not concerned"),
    WRONG_TYPE("SBG-F008", "what is there was left as it is"),
    NOT_EMPTY("SBG-F009", "what is there was left as it is");

    private final String id;
    private final String effect;

    FileFault(String id, String effect) {
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
