package io.saddlebag.checkpoint;

import io.saddlebag.fault.FaultCode;

/** Failures of checkpoints; none of them costs a backup. */
public enum CheckpointFault implements FaultCode {
    NO_ROOM("SBG-H001", "the checkpoint before, if there is one, still counts; the backup itself is not concerned"),
    UNUSABLE("SBG-H002", "the backup that it belongs to starts over");

    private final String id;
    private final String effect;

    CheckpointFault(String id, String effect) {
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
