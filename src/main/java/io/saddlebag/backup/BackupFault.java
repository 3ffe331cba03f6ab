package io.saddlebag.backup;

import io.saddlebag.fault.FaultCode;

/** Failures of backup workflows. */
public enum BackupFault implements FaultCode {
    EARLIER_PHASE_FAILED("SBG-B001", "nothing was read or written by this phase; an earlier one had failed"),
    NO_SNAPSHOT("SBG-B002", "nothing was read or written"),
    SOURCE_RUNS("SBG-B003", "nothing was read or written, since it would not have been consistent"),
    NOT_STOPPED_HERE("SBG-B004", "nothing was started"),
    DATABASE_DOWN("SBG-B005", "the database is not available; its files are as they were when it was stopped"),
    SOURCE_CHANGED("SBG-B006", "the image was thrown away; earlier backups are unharmed"),
    NO_JOB("SBG-B007", "nothing was done"),
    UNKNOWN_NAME("SBG-B008", "nothing was touched"),
    PROCESS_DIED("SBG-B009", "what the job had acknowledged is safe; its unfinished image is no backup"),
    EMPTY_SOURCE("SBG-B010", "nothing was written, since an image of nothing is no backup"),
    NO_LEVELS("SBG-B020", "nothing was read or written"),
    FROZEN_TOO_LONG("SBG-B021", "writes go on; the snapshot was thrown away"),
    PARTLY_COVERED("SBG-B022", "nothing was written, since a restore would have had to guess the rest"),
    NOT_IN_BACKUP_MODE("SBG-B023", "nothing was read or written"),
    NOT_READABLE("SBG-B024", "nothing was stopped, read or written"),
    NOT_COPIED("SBG-B026", "nothing was read or written"),
    NOT_TAKEN("SBG-B028", "the image is no backup; nothing was released at its source"),
    WRITES_MAY_WAIT(
            "SBG-B029",
            "there is no backup; the database's data are unharmed, but what writes to it may be kept waiting until its guard, a start"
                    + " of a node or somebody by hand ends the freeze");

    private final String id;
    private final String effect;

    BackupFault(String id, String effect) {
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
