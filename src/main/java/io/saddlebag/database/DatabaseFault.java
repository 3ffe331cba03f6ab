package io.saddlebag.database;

import io.saddlebag.fault.FaultCode;

/** Failures of database operations. */
public enum DatabaseFault implements FaultCode {
    STOP_FAILED("SBG-D001", "no snapshot was taken; the database's files are as the engine left them"),
    START_FAILED("SBG-D002", "the database is down; its files are as the engine left them"),
    UNKNOWN_DATABASE("SBG-D003", "nothing was touched"),
    NOT_OPEN("SBG-D004", "the engine runs but doesn't answer as it should"),
    STATE_UNKNOWN("SBG-D005", "nothing was done, since it can't be told whether the database runs"),
    BAD_CONFIGURATION("SBG-D006", "nothing was touched"),
    NOT_IN_ARCHIVE_MODE("SBG-D007", "nothing was touched; the database runs on"),
    NO_ONLINE_BACKUP("SBG-D008", "nothing was touched; the database runs on"),
    BACKUP_MODE_FAILED("SBG-D009", "no snapshot was taken; the database is not in backup mode"),
    BACKUP_MODE_LOST("SBG-D010", "what was copied is thrown away; the database is not in backup mode"),
    NO_RECOVERY("SBG-D011", "nothing was touched"),
    RECOVERY_STOPPED(
            "SBG-D012",
            "the database is not open: its files are restored, and journals were applied as far as the engine says; what was"
                    + " there before is kept beside"),
    NO_SWITCH("SBG-D015", "the database uses its parts where they were"),
    NOT_AS_SENT("SBG-D016", "what was copied is thrown away; the database runs on");

    private final String id;
    private final String effect;

    DatabaseFault(String id, String effect) {
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
