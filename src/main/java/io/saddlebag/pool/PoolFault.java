package io.saddlebag.pool;

import io.saddlebag.fault.FaultCode;

/** Failures of disk pools. */
public enum PoolFault implements FaultCode {
    NOT_A_POOL("SBG-Y001", "nothing was read or written there"),
    NO_ROOM("SBG-Y002", "the image being written is not there, not even in part; those before it are unharmed"),
    MISSING("SBG-Y003", "nothing was restored from it; nothing was removed for it"),
    DAMAGED("SBG-Y004", "what was read is not what was written; what came of it is thrown away"),
    FOREIGN("SBG-Y005", "the file was left as it is, and nothing was taken from it"),
    IN_THE_WAY("SBG-Y006", "what is there was left as it is; the image being written is thrown away"),
    UNSUPPORTED("SBG-Y007", "nothing was changed"),
    NOT_AS_SENT("SBG-Y008", "the image is no backup; what was sent is left to the store"),
    RIGHTS("SBG-Y009", "nothing of the image is in the pool"),
    PROTECTED("SBG-Y010", "nothing was read");

    private final String id;
    private final String effect;

    PoolFault(String id, String effect) {
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
