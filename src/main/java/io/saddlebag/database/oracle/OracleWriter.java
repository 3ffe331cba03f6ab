package io.saddlebag.database.oracle;

import io.saddlebag.database.BackupMode;
import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.DatabaseWriter;
import io.saddlebag.database.SharedInstant;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Deadline;
import io.saddlebag.host.Waiter;
import io.saddlebag.snapshot.Consistency;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * {@code ALTER DATABASE BEGIN BACKUP} and {@code END BACKUP}. No session holds it: what was begun lasts until somebody ends it,
 * a restart of the instance included. So a durable note says whose it is, before it begins.
 *
 * <p>A copy has to be of one instant, with data files, control files and redo logs: a restore then needs no archived logs, as
 * after a crash. Files copied one after another would need media recovery, which isn't done here.
 */
final class OracleWriter implements DatabaseWriter {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    private final OracleInstance instance;
    private final Waiter waiter;

    OracleWriter(OracleInstance instance, Waiter waiter) {
        this.instance = instance;
        this.waiter = waiter;
    }

    @Override
    public void prepare(Consumer<String> log) throws IOException, InterruptedException {
        InstanceState state = instance.requireState();
        if (state != InstanceState.OPEN) {
            throw impossible("is " + state + ", not OPEN", "Start it, or back it up offline.");
        }
        try {
            String mode = instance.text("log_mode", "v$database");
            if (!mode.equals("ARCHIVELOG")) {
                throw instance.failures()
                        .of(
                                DatabaseFault.NOT_IN_ARCHIVE_MODE,
                                "doesn't keep its journals: it is in mode " + mode,
                                OracleFailures.ARCHIVE_MODE);
            }
            String open = instance.text("open_mode", "v$database");
            if (!open.equals("READ WRITE")) {
                throw impossible("is open " + open, "A standby or a read-only database can be backed up offline.");
            }
            List<String> active = instance.activeFiles();
            if (!active.isEmpty()) {
                throw impossible(
                        "has data files " + active + " in backup mode already",
                        "Wait for the other backup, or when there is none: alter database end backup.");
            }
            instance.learnFiles();
            log.accept("database " + instance.settings().name() + " is open and in mode " + mode);
            FoundAlertLog alertLog = instance.alertLog();
            if (alertLog.found().isEmpty()) {
                log.accept("database " + instance.settings().name() + " " + alertLog.missing()
                        + ": after a restore nobody could tell how it was opened (option alertLog)");
            }
        } catch (OracleError e) {
            throw instance.failures().impossible(e);
        }
    }

    private BackupException impossible(String what, String hint) {
        return instance.failures().of(DatabaseFault.NO_ONLINE_BACKUP, what, hint);
    }

    @Override
    public List<DatabaseComponent> components() throws IOException, InterruptedException {
        return instance.files().components();
    }

    @Override
    public List<DatabaseComponent> recoveryArea() throws IOException, InterruptedException {
        return instance.files().recoveryArea();
    }

    @Override
    public Consistency needed() {
        return Consistency.ATOMIC;
    }

    @Override
    public SharedInstant sharedInstant() {
        return SharedInstant.SNAPSHOT;
    }

    @Override
    public BackupMode begin(String id, Duration timeout, Consumer<String> log)
            throws IOException, InterruptedException {
        try {
            requireNoOther();
            instance.notes().write(KeptNotes.BACKUP_MODE, List.of(id));
            instance.console().execute("alter database begin backup", timeout, log);
            return new OracleBackupMode(instance, this, id, instance.activeFiles(), log);
        } catch (OracleError e) {
            if (e.has(Ora.ALREADY_IN_BACKUP, Ora.NO_ARCHIVE_MODE)) {
                // nothing was begun, and what is on is somebody else's
                instance.notes().remove(KeptNotes.BACKUP_MODE);
            }
            throw instance.failures().backupModeFailed(e);
        } catch (BackupException e) {
            throw e.code() instanceof DatabaseFault ? e : instance.failures().backupModeFailed(e);
        }
    }

    /** A note alone proves nothing: an administrator may have ended what it tells of. */
    private void requireNoOther() throws IOException, InterruptedException {
        List<String> active = instance.activeFiles();
        if (!active.isEmpty()) {
            throw instance.failures()
                    .of(
                            DatabaseFault.BACKUP_MODE_FAILED,
                            "has data files " + active + " in backup mode already",
                            "Wait for the other backup"
                                    + noted().map(holder -> " (" + holder + ")").orElse("")
                                    + "; when it is dead: alter database end backup.");
        }
    }

    Optional<String> noted() throws IOException {
        return instance.notes().read(KeptNotes.BACKUP_MODE).map(lines -> lines.isEmpty() ? "" : lines.get(0));
    }

    /** Of an instance that is down the note stays: its next start ends backup mode. */
    @Override
    public void abandon(String id, Consumer<String> log) throws IOException, InterruptedException {
        if (!noted().filter(id::equals).isPresent()) {
            return;
        }
        try {
            InstanceState state = instance.state();
            if (state == InstanceState.DOWN || state == InstanceState.STARTED) {
                log.accept("database " + instance.settings().name() + " is " + state
                        + ": its next start ends the backup mode of " + id);
                return;
            }
            List<String> ended = instance.endBackup(OracleInstance.QUICK, log);
            log.accept("data files " + ended + " of database "
                    + instance.settings().name() + " have left the backup mode of " + id);
            instance.notes().remove(KeptNotes.BACKUP_MODE);
        } catch (OracleError e) {
            if (!e.has(Ora.NONE_IN_BACKUP)) {
                throw instance.failures().backupModeLost(e);
            }
            instance.notes().remove(KeptNotes.BACKUP_MODE);
        }
    }

    @Override
    public void expectRestored(String backup) throws IOException {
        instance.notes().write(KeptNotes.RESTORED, List.of(backup));
    }

    /** {@link OracleAdapter#start} has ended it where the files were in it; the alert log has the last word. */
    @Override
    public String leaveBackupMode(Duration timeout) throws IOException, InterruptedException {
        Deadline deadline = Deadline.after(waiter, timeout);
        try {
            List<String> ended = instance.endBackup(timeout, line -> {});
            String last = awaitOpened(deadline);
            return "no data file is in backup mode"
                    + (ended.isEmpty() ? "" : ", which " + ended + " have left just now")
                    + "; last in the alert log: " + last;
        } catch (OracleError e) {
            throw instance.failures().notOpen(e);
        }
    }

    /** The database stays open: what it says of itself is all there is, and isn't what W13 asks for. */
    private BackupException unproven(FoundAlertLog alertLog) {
        return instance.failures()
                .of(
                        DatabaseFault.NOT_OPEN,
                        "is open, but nobody can tell how it was opened, since it " + alertLog.missing(),
                        "Set option alertLog to its place, where this user may read it, and look yourself whether its"
                                + " last state is 'Completed: alter database open'.");
    }

    /** The log is written by another process, which may be a moment late. */
    private String awaitOpened(Deadline deadline) throws IOException, InterruptedException {
        while (true) {
            FoundAlertLog alertLog = instance.alertLogOfOpen();
            AlertLog log = alertLog.found().orElseThrow(() -> unproven(alertLog));
            if (log.lastStep() == AlertLog.LastStep.OPENED) {
                return log.lastStepLine();
            }
            if (deadline.passed()) {
                throw instance.failures()
                        .of(
                                DatabaseFault.NOT_OPEN,
                                "has an alert log that doesn't end with 'Completed: alter database open', but with: "
                                        + log.lastStepLine(),
                                "Read " + instance.settings().alertLogName() + ".");
            }
            deadline.await(LOOK_AGAIN);
        }
    }
}
