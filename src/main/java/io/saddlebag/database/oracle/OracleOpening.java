package io.saddlebag.database.oracle;

import io.saddlebag.database.DatabaseFault;
import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Brings an instance on by one step: up, mounted, open, out of the backup mode in which its files were copied (W13). Ending
 * backup mode is right only for files that are all of one instant: after a crash, and after a restore of a snapshot that had
 * them all. Files that somebody else has put there need recovery instead, so nothing is ended without a note that says so.
 */
final class OracleOpening {
    private final OracleInstance instance;
    private boolean acted;

    OracleOpening(OracleInstance instance) {
        this.instance = instance;
    }

    /** Whether anything was begun here. */
    boolean acted() {
        return acted;
    }

    /** It is open: whatever was restored is in use now. */
    void opened() throws IOException {
        instance.notes().remove(KeptNotes.RESTORED);
    }

    /** @throws BackupException {@link DatabaseFault#START_FAILED} when it can't go on from there */
    void advance(InstanceState state, Duration limit, Consumer<String> log) throws IOException, InterruptedException {
        acted = true;
        try {
            switch (state) {
                case DOWN -> startUp(limit, log);
                case STARTED -> instance.console().execute("alter database mount", limit, log);
                case MOUNTED -> open(limit, log);
                case OPEN, CHANGING -> throw new IllegalStateException("nothing to do at " + state);
            }
        } catch (OracleError e) {
            if (e.has(Ora.RUNS_ALREADY, Ora.BEING_OPENED)) {
                // somebody else starts it: the next look tells how far that has come
                return;
            }
            throw instance.failures().start(e, reached());
        } catch (BackupException e) {
            throw e.code() instanceof DatabaseFault ? e : instance.failures().start(e, reached());
        }
    }

    private InstanceState reached() throws IOException, InterruptedException {
        try {
            return instance.state();
        } catch (BackupException | OracleError unknown) {
            return InstanceState.CHANGING;
        }
    }

    private void startUp(Duration limit, Consumer<String> log) throws IOException, InterruptedException {
        try {
            instance.console().startup(limit, log);
        } catch (OracleError e) {
            leaveBackupModeAfter(e, limit, log);
        }
    }

    private void open(Duration limit, Consumer<String> log) throws IOException, InterruptedException {
        try {
            instance.console().execute("alter database open", limit, log);
        } catch (OracleError e) {
            leaveBackupModeAfter(e, limit, log);
        }
    }

    private void leaveBackupModeAfter(OracleError refused, Duration limit, Consumer<String> log)
            throws IOException, InterruptedException {
        // older releases say that they need recovery; v$backup tells the difference
        boolean perhaps = refused.has(Ora.OUT_OF_BACKUP_OR_RECOVERED, Ora.NEEDS_RECOVERY);
        if (!perhaps || instance.state() != InstanceState.MOUNTED) {
            throw refused;
        }
        List<String> active = instance.activeFiles();
        if (active.isEmpty() || (!restored() && !ownBackup())) {
            throw refused;
        }
        tellAlertLog(log);
        log.accept("database " + instance.settings().name() + " stays MOUNTED, since data files " + active
                + " are in backup mode (v$backup)");
        instance.console().execute("alter database end backup", limit, log);
        instance.notes().remove(KeptNotes.BACKUP_MODE);
        instance.console().execute("alter database open", limit, log);
    }

    private void tellAlertLog(Consumer<String> log) throws IOException {
        FoundAlertLog alertLog = instance.alertLog();
        alertLog.found()
                .ifPresentOrElse(
                        found -> found.messagesSinceStart().forEach(message -> log.accept("alert log: " + message)),
                        () -> log.accept("database " + instance.settings().name() + " " + alertLog.missing()));
    }

    private boolean restored() throws IOException {
        return instance.notes().read(KeptNotes.RESTORED).isPresent();
    }

    private boolean ownBackup() throws IOException {
        return instance.notes().read(KeptNotes.BACKUP_MODE).isPresent();
    }
}
