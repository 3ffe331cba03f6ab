package io.saddlebag.framing;

import io.saddlebag.fault.FaultCode;

/** Failures of protected framing. */
public enum FramingFault implements FaultCode {
    BLOCKS_LOST("SBG-M201", "what was read of this image before these blocks is right; the rest of it was not read"),
    CONTRADICTION("SBG-M202", "what was read of this image can't be trusted; other images are unharmed");

    private final String id;
    private final String effect;

    FramingFault(String id, String effect) {
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
