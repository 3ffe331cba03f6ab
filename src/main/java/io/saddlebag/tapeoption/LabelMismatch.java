package io.saddlebag.tapeoption;

/** What happens with a usable volume that has another label than the one expected (M10). */
public enum LabelMismatch {
    /** The operator is asked whether it may be used. */
    ASK,
    /** It is used, keeps its label, and that is noted. */
    ACCEPT
}
