package io.saddlebag.filesystem;

import io.saddlebag.fault.FaultCode;

/** Why a file system can't be read. */
public enum FileSystemFault implements FaultCode {
    NO_FILE_SYSTEM("SBG-N101", "nothing was read or written"),
    UNSUPPORTED("SBG-N102", "nothing was read or written; the file system may be fine"),
    NOT_CLEAN("SBG-N103", "nothing was read or written; the file system is as it was"),
    DAMAGED("SBG-N104", "what was asked for was not read; the file system needs to be checked");

    private final String id;
    private final String effect;

    FileSystemFault(String id, String effect) {
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
