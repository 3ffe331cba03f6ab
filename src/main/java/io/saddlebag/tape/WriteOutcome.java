package io.saddlebag.tape;

/** What came of a write that succeeded. A write that did not succeed throws. */
public enum WriteOutcome {
    /** Accepted, with room for more. */
    WRITTEN,
    /** Accepted, and the early-warning point is behind: there is room for labels and filemarks only (M6). */
    WRITTEN_PAST_EARLY_WARNING
}
