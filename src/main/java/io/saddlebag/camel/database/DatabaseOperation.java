package io.saddlebag.camel.database;

/** What {@code database:} does. */
public enum DatabaseOperation {
    STOP,
    START,
    BEGIN_BACKUP,
    END_BACKUP,
    STATUS,
    VERIFY,
    COMPONENTS,
    REHEARSE
}
