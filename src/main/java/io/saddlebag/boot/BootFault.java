package io.saddlebag.boot;

import io.saddlebag.fault.FaultCode;

/** Failures of a boot test. */
public enum BootFault implements FaultCode {
    NOT_BOOTED("SBG-N401", "the backup is as it was; that its disk boots isn't shown"),
    NOT_RESTORED("SBG-N402", "the backup is as it was; nothing was booted"),
    NO_SUCH_FILE("SBG-N403", "nothing was restored and nothing was booted");

    private final String id;
    private final String effect;

    BootFault(String id, String effect) {
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
