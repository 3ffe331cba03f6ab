package io.saddlebag.host.memory;

/** Faults of files that everything above must survive (Q11, Q15). */
public enum FileFailureKind {
    /** Calls that write: the disk is full. */
    NO_SPACE,
    /** Any call: the device fails. */
    IO_ERROR,
    /** Calls on a path: it is gone, or its folder. */
    VANISHED,
    /** Calls on a path: not allowed. */
    PERMISSION,
    /** A read or write moves one byte only, which is no failure. */
    SHORT,
    /** This call and all after it fail: the process is as good as dead, and nothing of it may clean up. */
    CRASH,
    /** As {@link #CRASH}, after this write has moved one byte; a call that writes nothing crashes before it did anything. */
    TORN
}
