package io.saddlebag.camel.database;

/** What {@code database:} does. */
public enum DatabaseOperation {
    STOP,
    START,
    STATUS,
    VERIFY,
    COMPONENTS
}
