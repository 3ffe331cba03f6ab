package io.saddlebag.tapeoption;

/** How the data blocks of a section stand on tape (M7). */
public enum TapeFormat {
    /** Bare slices of the image. */
    OLD_FILE,
    /** Protected framing: blocks that prove themselves, and of which any one in a group can be rebuilt. */
    NEW_TAPE
}
