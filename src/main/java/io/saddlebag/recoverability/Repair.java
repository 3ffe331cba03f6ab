package io.saddlebag.recoverability;

/** What Saddlebag itself can do with the journals of a database's engine (R13). */
public enum Repair {
    /** Recover all of it. */
    WHOLE,
    /** Recover one of several databases, while the others are in use. */
    ONE_DATABASE,
    /** Replace single blocks. */
    BLOCKS
}
