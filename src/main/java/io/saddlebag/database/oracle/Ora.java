package io.saddlebag.database.oracle;

/** Numbers of Oracle's messages that decide something (Oracle Database Error Messages). */
final class Ora {
    /** Control files of different versions. */
    static final int CONTROL_FILES_DIFFER = 214;
    /** A control file can't be read, or isn't one. */
    static final int CONTROL_FILE_UNREADABLE = 205;

    static final int STARTING_OR_STOPPING = 1033;
    static final int NOT_AVAILABLE = 1034;
    static final int RUNS_ALREADY = 1081;
    static final int SHUTTING_DOWN = 1089;
    static final int SHUTDOWN_WAITS = 1090;
    static final int NOT_OPEN = 1109;
    static final int NOT_MOUNTED = 1507;
    static final int DATA_FILE = 1110;
    static final int NEEDS_RECOVERY = 1113;
    static final int NO_ARCHIVE_MODE = 1123;
    static final int NONE_IN_BACKUP = 1142;
    static final int ALREADY_IN_BACKUP = 1146;
    static final int STOP_IN_BACKUP = 1149;
    static final int DATA_FILE_MISSING = 1157;
    static final int OLDER_CONTROL_FILE = 1122;
    static final int BEING_OPENED = 1531;
    static final int OUT_OF_BACKUP_OR_RECOVERED = 10873;
    static final int LOGIN_DENIED = 1017;
    static final int NO_RIGHTS = 1031;
    /** Part of the answer when the instance is down. */
    static final int NO_SHARED_MEMORY = 27101;
    /** On Windows: the instance's service doesn't run. */
    static final int NO_SERVICE = 12560;

    static final int NO_LISTENER = 12541;
    static final int UNKNOWN_SERVICE = 12514;
    static final int UNKNOWN_SID = 12505;
    static final int BLOCKS_CONNECTIONS = 12528;
    static final int ARCHIVER_STUCK = 257;

    private Ora() {}
}
