package io.saddlebag.camel.backup;

/** Where an image comes from. */
public enum BackupMethod {
    SNAPSHOT,
    /** A copy that the database's server sends of itself (R12). */
    STREAM
}
