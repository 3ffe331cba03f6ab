package io.saddlebag.snapshot;

import io.saddlebag.fault.FaultCode;

/** Failures of snapshots. */
public enum SnapshotFault implements FaultCode {
    UNSUITABLE("SBG-S001", "nothing was touched; the file system can't do what this provider needs"),
    FAILED("SBG-S002", "there is no snapshot; the source is unharmed"),
    NOT_RELEASED("SBG-S003", "the snapshot still takes up space; the source is unharmed"),
    TOO_WEAK("SBG-S004", "nothing was backed up; a snapshot of this provider would not have been consistent"),
    LOST("SBG-S005", "what was read of the snapshot is no backup; the source is unharmed"),
    NOT_CONFIRMED("SBG-S006", "the image is complete, but the source may not know that it was backed up"),
    NO_ROOM("SBG-S007", "there is no backup; no snapshot of it takes the source's room any more"),
    NOT_SMALL(
            "SBG-S008", "there is no snapshot; writing to the source went on at once, and nothing of the copy is left");

    private final String id;
    private final String effect;

    SnapshotFault(String id, String effect) {
        this.id = id;
        this.effect = effect;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String effect() {
        return effect;
    }
}
