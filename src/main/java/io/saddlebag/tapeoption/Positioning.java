package io.saddlebag.tapeoption;

/** Where on the first volume a backup begins. */
public enum Positioning {
    /** Behind the last image. */
    APPEND,
    /** At the beginning of a volume that is labelled anew: nothing that is still valid is overwritten. */
    REWIND
}
