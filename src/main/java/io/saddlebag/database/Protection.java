package io.saddlebag.database;

/** What a database is protected by between its backups; one of them, since each undoes what the other rests on (J21). */
public enum Protection {
    /** Its journals are kept: after a restore it is rolled forward to just before the failure, but for unfinished transactions. */
    ARCHIVE_LOG,
    /** Its files stand still during a backup and changes go to a delta: nothing after the backup can be recovered (J22). */
    CONTINUOUS_OPERATION
}
