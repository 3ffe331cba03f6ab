package io.saddlebag.qcow2;

import io.saddlebag.fault.FaultCode;

/** Failures of reading a qcow2 image. */
public enum Qcow2Fault implements FaultCode {
    NOT_QCOW2("SBG-N001", "nothing was read"),
    UNSUPPORTED("SBG-N002", "nothing was read; the image itself may be fine"),
    MALFORMED("SBG-N003", "nothing from this place on can be trusted"),
    TRUNCATED("SBG-N004", "the image was cut off; what was read before is whole"),
    NO_BACKING("SBG-N005", "nothing was read; an incremental image is nothing without the images below it"),
    NOT_SINGLE_PASS("SBG-N006", "nothing was read; the image itself may be fine");

    private final String id;
    private final String effect;

    Qcow2Fault(String id, String effect) {
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
