package io.saddlebag.camel.folder;

/** How a file of routes stands. */
public enum UnitStatus {
    /** what is in the file is what runs */
    LOADED,
    /** a new version was accepted and waits until none of the old one's jobs runs */
    PENDING_SWAP,
    /** what is in the file was refused; {@link UnitState#routes()} of the version before still run, if there was one */
    REJECTED,
    /** the file was deleted, and its routes are gone */
    REMOVED
}
