package io.saddlebag.blockmap;

import io.saddlebag.fault.FaultCode;

/** Why it can't be told which blocks of a disk are used. */
public enum BlockMapFault implements FaultCode {
    NO_FILE_SYSTEM("SBG-N101", "nothing was backed up; the disk was only looked at"),
    UNSUPPORTED("SBG-N102", "nothing was backed up; the file system may be fine"),
    NOT_CLEAN("SBG-N103", "nothing was backed up; the file system is as it was"),
    DAMAGED("SBG-N104", "nothing was backed up; the file system needs to be checked");

    private final String id;
    private final String effect;

    BlockMapFault(String id, String effect) {
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
