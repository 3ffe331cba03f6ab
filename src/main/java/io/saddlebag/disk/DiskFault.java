package io.saddlebag.disk;

import io.saddlebag.fault.FaultCode;

/** Failures of disks themselves. */
public enum DiskFault implements FaultCode {
    NO_DISK("SBG-N201", "nothing was read or written"),
    IN_USE("SBG-N202", "nothing was read or written"),
    READ_FAILED("SBG-N203", "the image being made is void; the source is unharmed by reading"),
    WRITE_FAILED("SBG-N204", "the target holds a part of the image and can't be used; the backup is unharmed");

    private final String id;
    private final String effect;

    DiskFault(String id, String effect) {
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
