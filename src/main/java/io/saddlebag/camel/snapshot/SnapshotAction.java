package io.saddlebag.camel.snapshot;

/** What {@code snapshot:} does. */
public enum SnapshotAction {
    CREATE,
    RELEASE
}
