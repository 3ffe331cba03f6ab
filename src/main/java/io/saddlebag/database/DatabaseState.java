package io.saddlebag.database;

/** What a database is doing. */
public enum DatabaseState {
    /** It accepts connections. */
    OPEN,
    /** Its processes run but it doesn't accept connections. */
    STARTING_OR_STOPPING,
    STOPPED,
    /** It could not be told; not the same as stopped. */
    UNKNOWN
}
