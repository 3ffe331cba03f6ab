package io.saddlebag.volume;

/** What an operator allows to be destroyed. */
public enum Overwrite {
    /** Blank cartridges, and volumes that have expired or were given back for reuse. */
    NOTHING_VALID,
    /** Also what has not expired, belongs to others, is foreign or is suspect: the operator has looked. */
    ANYTHING
}
