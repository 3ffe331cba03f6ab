package io.saddlebag.database.oracle;

import io.saddlebag.database.BackupEnd;
import io.saddlebag.database.BackupMode;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** All data files in backup mode, until {@link #end}. Writes go on: their whole blocks go into the redo log meanwhile. */
final class OracleBackupMode implements BackupMode {
    private final OracleInstance instance;
    private final OracleWriter writer;
    private final String id;
    private final List<String> files;
    private final Consumer<String> log;
    private boolean ended;

    OracleBackupMode(
            OracleInstance instance, OracleWriter writer, String id, List<String> files, Consumer<String> log) {
        this.instance = instance;
        this.writer = writer;
        this.id = id;
        this.files = List.copyOf(files);
        this.log = log;
    }

    /** Nothing has to wait. */
    @Override
    public boolean freeze(Duration limit) {
        return false;
    }

    @Override
    public void thaw() {
        // nothing waits
    }

    @Override
    public BackupEnd end(Duration timeout) throws IOException, InterruptedException {
        try {
            requireStillOn();
            Map<String, String> facts = new LinkedHashMap<>();
            facts.put("sid", instance.settings().sid());
            facts.put("checkpointChange", instance.text("checkpoint_change#", "v$database"));
            facts.put("logSequence", instance.text("sequence#", "v$log where status = 'CURRENT'"));
            instance.console().execute("alter database end backup", timeout, log);
            ended = true;
            instance.notes().remove(KeptNotes.BACKUP_MODE);
            // so that whatever recovers beyond this backup finds its redo in the archive
            instance.console().execute("alter system archive log current", timeout, log);
            return BackupEnd.of(facts);
        } catch (OracleError e) {
            throw instance.failures().backupModeLost(e);
        }
    }

    private void requireStillOn() throws IOException, InterruptedException {
        Optional<String> holder = writer.noted();
        List<String> active = instance.activeFiles();
        if (holder.filter(id::equals).isPresent() && active.containsAll(files) && !files.isEmpty()) {
            return;
        }
        throw instance.failures()
                .of(
                        DatabaseFault.BACKUP_MODE_LOST,
                        "has data files " + active + " in backup mode, not " + files,
                        "Find out who ended it (the alert log has the statement), and repeat the backup.");
    }

    @Override
    public void close() throws IOException {
        if (ended) {
            return;
        }
        ended = true;
        try {
            writer.abandon(id, log);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackupException(
                    DatabaseFault.BACKUP_MODE_LOST,
                    "interrupted before the backup mode of database "
                            + instance.settings().name() + " was ended",
                    "The guard ends it; look with: select * from v$backup.",
                    e);
        }
    }
}
