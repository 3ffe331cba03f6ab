package io.saddlebag.journal.stream;

import io.saddlebag.fault.FaultCode;

/** What a log that is received is in danger of. */
public enum StreamFault implements FaultCode {
    NOT_SYNCHRONOUS("SBG-X021", "commits don't wait for the copy: the last of them can be lost with the server");

    private final String id;
    private final String effect;

    StreamFault(String id, String effect) {
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
