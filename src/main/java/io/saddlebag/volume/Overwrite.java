package io.saddlebag.volume;

/** What an operator allows to be destroyed. */
public enum Overwrite {
    /** Blank cartridges, and volumes that have expired or were given back for reuse, and that nothing needs. */
    NOTHING_VALID,
    /** Also journals that a backup is rolled forward with, on volumes that have expired: their chain is broken then (J13). */
    NEEDED_JOURNALS,
    /** Also what has not expired, is needed by other backups, belongs to others, is foreign or is suspect: the operator has looked. */
    ANYTHING,
    /** Both. */
    ANYTHING_AND_JOURNALS;

    /**
     * @param inUse whether somebody said that what is in use may go
     * @param breakChain whether somebody said that chains of journals may be broken
     */
    public static Overwrite of(boolean inUse, boolean breakChain) {
        if (inUse) {
            return breakChain ? ANYTHING_AND_JOURNALS : ANYTHING;
        }
        return breakChain ? NEEDED_JOURNALS : NOTHING_VALID;
    }

    boolean isInUse() {
        return this == ANYTHING || this == ANYTHING_AND_JOURNALS;
    }

    boolean breaksChains() {
        return this == NEEDED_JOURNALS || this == ANYTHING_AND_JOURNALS;
    }
}
