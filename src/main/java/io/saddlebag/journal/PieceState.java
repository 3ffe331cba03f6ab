package io.saddlebag.journal;

/** What is known of one piece of a chain. */
public enum PieceState {
    /** Durable, with its catalog record, but the operation that made it didn't end, or ended without releasing it (J13). */
    PARTIAL,
    /** Durable and released at the source. */
    READY,
    /** Lost or skipped: nobody has it (J25). */
    GAP,
    /** It was durable and was given up with the chain that it belonged to. */
    BROKEN;

    /** Whether a recovery can apply it. */
    public boolean isDurable() {
        return this == PARTIAL || this == READY;
    }
}
