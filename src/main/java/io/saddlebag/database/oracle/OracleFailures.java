package io.saddlebag.database.oracle;

import io.saddlebag.database.DatabaseFault;
import io.saddlebag.fault.BackupException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Turns what an instance answered into what an operator can act on: each known message with its own next action. */
final class OracleFailures {
    static final String ARCHIVE_MODE =
            "As an administrator (sqlplus / as sysdba): shutdown immediate; startup mount; alter database archivelog;"
                    + " alter database open; and look with: archive log list.";

    private final String database;
    private final String alertLog;

    /** @param alertLog its name, for people */
    OracleFailures(String database, String alertLog) {
        this.database = database;
        this.alertLog = alertLog;
    }

    BackupException stop(IOException why) {
        return of(DatabaseFault.STOP_FAILED, "did not stop", why);
    }

    BackupException start(IOException why, InstanceState reached) {
        String how = reached == InstanceState.DOWN ? "did not start" : "started, but stays " + reached;
        return of(DatabaseFault.START_FAILED, how, why);
    }

    BackupException state(IOException why) {
        return of(DatabaseFault.STATE_UNKNOWN, "doesn't tell its state", why);
    }

    BackupException impossible(IOException why) {
        return of(DatabaseFault.NO_ONLINE_BACKUP, "can't be backed up online now", why);
    }

    BackupException backupModeFailed(IOException why) {
        return of(DatabaseFault.BACKUP_MODE_FAILED, "could not be put in backup mode", why);
    }

    BackupException backupModeLost(IOException why) {
        return of(DatabaseFault.BACKUP_MODE_LOST, "did not end its backup mode as it should", why);
    }

    BackupException notOpen(IOException why) {
        return of(DatabaseFault.NOT_OPEN, "doesn't answer as it should", why);
    }

    BackupException of(DatabaseFault fault, String what, String hint) {
        return of(fault, what, hint, null);
    }

    BackupException of(DatabaseFault fault, String what, String hint, @Nullable Throwable cause) {
        return new BackupException(fault, "database " + database + " " + what, hint, cause);
    }

    private BackupException of(DatabaseFault fault, String what, IOException why) {
        if (why instanceof BackupException known) {
            return of(fault, what + ": " + known.what(), known.hint(), known);
        }
        DatabaseFault code = why instanceof OracleError error && error.has(Ora.NO_ARCHIVE_MODE)
                ? DatabaseFault.NOT_IN_ARCHIVE_MODE
                : fault;
        String hint = why instanceof OracleError error ? hint(error) : "Read " + alertLog + ".";
        return of(code, what + ": " + why.getMessage(), hint, why);
    }

    private String hint(OracleError error) {
        for (OraMessage message : error.messages()) {
            String hint = message.facility().equals("SP2") ? SQLPLUS : hint(message.number());
            if (hint != null) {
                return hint;
            }
        }
        return "Read " + alertLog + " for what came before, remove the cause, and try again.";
    }

    private static final String SQLPLUS =
            "SQL*Plus itself failed: check the options home and sqlplus, and its language files.";

    private static @Nullable String hint(int ora) {
        return switch (ora) {
            case Ora.CONTROL_FILES_DIFFER ->
                "Its control files are of different times: with the instance down, restore all copies from the same"
                        + " backup, or copy the restored one over the others. Restores by Saddlebag with --database do"
                        + " that.";
            case Ora.CONTROL_FILE_UNREADABLE ->
                "A control file is missing or damaged: the alert log names it (ORA-00202). With the instance down, copy"
                        + " an intact one over it.";
            case Ora.OUT_OF_BACKUP_OR_RECOVERED ->
                "When all files are of one instant, or the machine crashed in the middle of a backup: alter database end"
                        + " backup; alter database open. When single data files were restored: recover database; alter"
                        + " database open.";
            case Ora.NEEDS_RECOVERY ->
                "Restore data files, control files and redo logs of one backup together, or apply the archived logs:"
                        + " recover database; alter database open.";
            case Ora.OLDER_CONTROL_FILE ->
                "The control file is older than the data files: restore both from one backup.";
            case Ora.DATA_FILE_MISSING -> "Restore the file that is named, with the others of its backup.";
            case Ora.STOP_IN_BACKUP ->
                "A backup holds it in backup mode: wait for it, or when there is none: alter database end backup.";
            case Ora.ALREADY_IN_BACKUP ->
                "Another backup runs, or one that died left it so: select * from v$backup; when there is none: alter"
                        + " database end backup.";
            case Ora.NONE_IN_BACKUP -> "Somebody else has ended backup mode: find out who, and repeat the backup.";
            case Ora.NO_ARCHIVE_MODE -> ARCHIVE_MODE;
            case Ora.NOT_AVAILABLE -> "The instance is down: start it, and check the options sid and home.";
            case Ora.RUNS_ALREADY -> "It runs already, or somebody else starts it at this moment: try again.";
            case Ora.STARTING_OR_STOPPING, Ora.SHUTTING_DOWN, Ora.SHUTDOWN_WAITS ->
                "It is being started or stopped by somebody else: wait, and try again.";
            case Ora.LOGIN_DENIED, Ora.NO_RIGHTS ->
                "Run Saddlebag, or the user of option runAs, as a member of group dba (Windows: ORA_DBA), or give a"
                        + " wallet's alias in option connect.";
            case Ora.NO_SERVICE ->
                "On Windows the instance's service isn't started: give its name in option service; and check option"
                        + " sid.";
            case Ora.NO_LISTENER, Ora.UNKNOWN_SERVICE, Ora.UNKNOWN_SID, Ora.BLOCKS_CONNECTIONS ->
                "Start the listener, and register the instance statically in listener.ora, so that it can be reached"
                        + " while it is down.";
            case Ora.ARCHIVER_STUCK -> "The archived logs' place is full: make room there.";
            default -> null;
        };
    }
}
