package io.saddlebag.tapeoption;

/** Who is asked for volumes (M5). */
public enum Prompt {
    /** Whoever started the job, where somebody is there; else the operator. */
    AUTOMATIC,
    /** The operators of the node: the job waits. */
    OPERATOR,
    /** Whoever started the job, and nobody else. */
    CLIENT
}
