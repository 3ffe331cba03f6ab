package io.saddlebag.database.log;

import io.saddlebag.fault.FaultCode;

/** Failures of getting a server's log. */
public enum LogFault implements FaultCode {
    CONNECTION("SBG-D021", "what was received is kept; the server keeps what follows as long as its slot holds"),
    REMOVED("SBG-D022", "the chain is broken there: no recovery goes past it without a full backup made after it"),
    DIVERGED("SBG-D023", "what was received before is unharmed, and nothing more is received");

    private final String id;
    private final String effect;

    LogFault(String id, String effect) {
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
