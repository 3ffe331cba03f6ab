package io.saddlebag.scsi;

import io.saddlebag.fault.FaultCode;

/** Failures on the way to a device, or of what it answered. */
public enum ScsiFault implements FaultCode {
    TIMED_OUT("SBG-U001", "nothing is known of the command's end; the device must be asked where it stands"),
    CONNECTION_LOST("SBG-U002", "nothing is known of the command's end; the device must be asked where it stands"),
    NO_DEVICE("SBG-U003", "nothing was sent"),
    NOT_ALLOWED("SBG-U004", "nothing was sent; this process may not use the device"),
    IN_USE("SBG-U005", "nothing was sent; somebody else uses the device"),
    MALFORMED_ANSWER("SBG-U006", "the command was carried out, its answer makes no sense and was not used");

    private final String id;
    private final String effect;

    ScsiFault(String id, String effect) {
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
