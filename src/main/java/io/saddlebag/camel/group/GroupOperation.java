package io.saddlebag.camel.group;

/** What {@code group:} does. */
public enum GroupOperation {
    BACKUP,
    RESTORE
}
