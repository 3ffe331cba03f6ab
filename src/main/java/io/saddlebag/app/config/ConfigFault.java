package io.saddlebag.app.config;

import io.saddlebag.fault.FaultCode;

/** Failures of configuration. */
public enum ConfigFault implements FaultCode {
    MISSING("SBG-G001", "nothing was touched"),
    MALFORMED("SBG-G002", "nothing was touched"),
    UNKNOWN_NAME("SBG-G003", "nothing was touched"),
    UNUSABLE_SECRET("SBG-G004", "nothing was sent; the secret was not used"),
    NOT_ALLOWED("SBG-G005", "nothing was touched");

    private final String id;
    private final String effect;

    ConfigFault(String id, String effect) {
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
