package io.saddlebag.tapeoption;

/** Whether something changes the drive's cartridges by itself. */
public enum MediaLoader {
    /** As the library says. */
    AS_FOUND,
    /** Something does, whatever the library says. */
    PRESENT,
    /** Nothing does: an operator is asked for each volume that isn't in a drive. */
    ABSENT
}
