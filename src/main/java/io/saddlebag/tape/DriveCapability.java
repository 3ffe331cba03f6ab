package io.saddlebag.tape;

/** What drives may or may not be able to do; asked for, never assumed. */
public enum DriveCapability {
    /** {@link TapeDrive#locate} goes straight to a block; without it the drive spaces there. */
    CAN_LOCATE_BY_BLOCK,
    /** The drive compresses by itself, so that a software layer is rarely worth it. */
    COMPRESSES
}
