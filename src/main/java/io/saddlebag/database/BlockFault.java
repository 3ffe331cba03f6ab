package io.saddlebag.database;

import io.saddlebag.fault.FaultCode;

/** Failures of replacing single blocks (R8). */
public enum BlockFault implements FaultCode {
    BAD_BLOCK("SBG-Z030", "nothing was touched"),
    NO_PROGRAM("SBG-Z031", "nothing was touched"),
    NOT_THE_SAME_STATE("SBG-Z032", "no block was written; the database comes back with the files it had"),
    BAD_COPY("SBG-Z033", "no block was written; the database comes back with the files it had"),
    STILL_DAMAGED(
            "SBG-Z034",
            "the blocks were replaced, what they had is kept beside the database, and something is wrong still");

    private final String id;
    private final String effect;

    BlockFault(String id, String effect) {
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
