package io.saddlebag.diskimage;

import io.saddlebag.fault.FaultCode;

/** Failures of imaging a disk. */
public enum DiskImageFault implements FaultCode {
    SOURCE_LIVE("SBG-N301", "nothing was backed up; an image of a disk that changes meanwhile would be worthless"),
    SOURCE_CHANGED("SBG-N302", "the image was thrown away; earlier backups are unharmed"),
    BAD_HASHES("SBG-N303", "the next image has to be a full one; the backups themselves are unharmed"),
    NOT_A_VOLUME("SBG-N304", "nothing was read or written"),
    WRONG_CHAIN("SBG-N305", "the target holds a part of the volume and can't be used; the backups are unharmed"),
    TARGET_UNFIT("SBG-N306", "nothing was read or written");

    private final String id;
    private final String effect;

    DiskImageFault(String id, String effect) {
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
