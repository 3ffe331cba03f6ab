package io.saddlebag.database.psql;

import io.saddlebag.database.BackupEnd;
import io.saddlebag.database.BackupMode;
import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.DatabaseWriter;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Deadline;
import io.saddlebag.host.Waiter;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.snapshot.Consistency;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Backup mode of PSQL: the data files stand still, the engine writes changes into deltas and merges them at the end (J22). */
final class PsqlWriter implements DatabaseWriter {
    private static final Duration END_LIMIT = Duration.ofMinutes(5);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private final PsqlAdapter adapter;
    private final PsqlSettings settings;
    private final ContinuousOperation operation;
    private final Waiter waiter;

    PsqlWriter(PsqlAdapter adapter, PsqlSettings settings, ContinuousOperation operation, Waiter waiter) {
        this.adapter = adapter;
        this.settings = settings;
        this.operation = operation;
        this.waiter = waiter;
    }

    @Override
    public void prepare(Consumer<String> log) throws IOException {
        adapter.components();
        if (!Files.isExecutable(settings.butil())) {
            throw new BackupException(
                    DatabaseFault.NO_ONLINE_BACKUP,
                    "option butil of database " + settings.name() + " is " + settings.butil()
                            + ", and there is no such program",
                    "Give the path of PSQL's butil.");
        }
        log.accept("database " + settings.name() + " has " + settings.files().size()
                + " files for continuous operation; nothing after the backup will be recoverable");
    }

    @Override
    public List<DatabaseComponent> components() throws IOException {
        return adapter.components();
    }

    @Override
    public Consistency needed() {
        return Consistency.NONE;
    }

    @Override
    public boolean standsStill() {
        return true;
    }

    @Override
    public BackupMode begin(String id, Duration timeout, Consumer<String> log)
            throws IOException, InterruptedException {
        List<String> others = operation.known();
        if (!others.isEmpty()) {
            throw failed("is in that of backups " + others + ", or their end has failed", null);
        }
        try {
            operation.begin(id, timeout, log);
        } catch (BackupException notStarted) {
            operation.forget(id);
            throw notStarted;
        } catch (IOException refused) {
            // of several files some may be in it
            end(id, log, refused);
            throw failed("was not put in it: " + refused.getMessage(), refused);
        }
        return new Held(id, log);
    }

    private void end(String id, Consumer<String> log, IOException first) throws InterruptedException {
        try {
            operation.end(id, END_LIMIT, log);
        } catch (IOException e) {
            first.addSuppressed(e);
            forgetMerged(id, first);
        }
    }

    private void forgetMerged(String id, IOException first) {
        try {
            if (operation.merged()) {
                operation.forget(id);
            }
        } catch (IOException e) {
            first.addSuppressed(e);
        }
    }

    private BackupException failed(String why, @Nullable Throwable cause) {
        return new BackupException(
                DatabaseFault.BACKUP_MODE_FAILED,
                "continuous operation: database " + settings.name() + " " + why,
                "See what 'butil -endbu /A' says, and remove lists in " + settings.lists() + " after it.",
                cause);
    }

    @Override
    public void abandon(String id, Consumer<String> log) throws IOException, InterruptedException {
        if (!operation.known().contains(id)) {
            return;
        }
        try {
            operation.end(id, END_LIMIT, log);
        } catch (BackupException e) {
            throw e;
        } catch (IOException refused) {
            if (!operation.merged()) {
                throw lost("could not be ended: " + refused.getMessage(), refused);
            }
            operation.forget(id);
        }
        log.accept("ended continuous operation of database " + settings.name() + " for backup " + id);
    }

    @Override
    public String leaveBackupMode(Duration timeout) throws IOException, InterruptedException {
        return "the copy is of files that stood still; " + adapter.verifyOpen(timeout);
    }

    private BackupException lost(String why, @Nullable Throwable cause) {
        return new BackupException(
                DatabaseFault.BACKUP_MODE_LOST,
                "continuous operation of database " + settings.name() + " " + why,
                "See what 'butil -endbu /A' says; repeat the backup.",
                cause);
    }

    private final class Held implements BackupMode {
        private final String id;
        private final Consumer<String> log;
        private boolean over;
        private boolean warned;

        Held(String id, Consumer<String> log) {
            this.id = id;
            this.log = log;
        }

        @Override
        public boolean freeze(Duration limit) {
            return false;
        }

        @Override
        public void thaw() {
            // nothing was held
        }

        @Override
        public void watch(Consumer<String> warn) throws IOException {
            ByteCount size = operation.deltas();
            if (size.compareTo(settings.deltaLimit()) > 0) {
                throw lost(
                        "was given up: its deltas have grown to " + size + ", more than " + settings.deltaLimit(),
                        null);
            }
            if (size.compareTo(settings.deltaWarning()) > 0 && !warned) {
                warned = true;
                warn.accept("the deltas of database " + settings.name() + " have grown to " + size + "; at "
                        + settings.deltaLimit() + " the backup is given up");
            }
        }

        @Override
        public BackupEnd end(Duration timeout) throws IOException, InterruptedException {
            if (!operation.known().contains(id)) {
                throw lost("was ended by somebody else", null);
            }
            ByteCount size = operation.deltas();
            Deadline deadline = Deadline.after(waiter, timeout);
            try {
                operation.end(id, timeout, log);
            } catch (BackupException e) {
                throw e;
            } catch (IOException refused) {
                throw lost("was not there any more: " + refused.getMessage(), refused);
            }
            over = true;
            while (!operation.merged()) {
                if (deadline.passed()) {
                    throw lost("has ended, but its deltas are not merged", null);
                }
                deadline.await(LOOK_AGAIN);
            }
            return BackupEnd.of(Map.of("deltaBytes", Long.toString(size.bytes())));
        }

        @Override
        public void close() throws IOException {
            if (over) {
                return;
            }
            try {
                abandon(id, log);
                over = true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted before continuous operation was ended", e);
            }
        }
    }
}
