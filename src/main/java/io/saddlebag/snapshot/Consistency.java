package io.saddlebag.snapshot;

/** What a snapshot's view is consistent as, from the weakest on (W9, W11). */
public enum Consistency {
    /** No view apart from the source: only what is not changed meanwhile is consistent. */
    NONE,
    /** Each file for itself is of one instant; several files need a source that stands still while it is made. */
    PER_FILE,
    /** All paths are of one instant, at least as after a power failure then: all that had been made durable is in it. */
    ATOMIC
}
