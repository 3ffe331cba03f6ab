package io.saddlebag.tape;

/** What is in a drive, asked of it now. */
public enum MediumPresence {
    /** Nothing that the drive holds: a robot can take what stands in its mouth. */
    NONE,
    /** Something that it is at work with: waiting helps, and nothing else does. */
    WORKING,
    /** Something that it can't read: a cleaning cartridge, also while it is used, or one of another generation. */
    UNUSABLE,
    /** A medium that can be used. */
    READY
}
