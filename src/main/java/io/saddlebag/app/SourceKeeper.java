package io.saddlebag.app;

import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.DatabaseWriter;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.lease.LeaseActions;
import io.saddlebag.lease.LeaseFault;
import io.saddlebag.lease.SourceReturner;
import io.saddlebag.lease.Watchdog;
import io.saddlebag.posix.Posix;
import io.saddlebag.restore.ComponentSwap;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/** Brings sources back: databases start or leave backup mode, a swap of restored components that was decided is
 * completed, mounts thaw (W20). */
final class SourceKeeper implements SourceReturner {
    private final Databases databases;
    private final HostFiles files;
    private final Posix posix;

    SourceKeeper(Databases databases, HostFiles files, Posix posix) {
        this.databases = databases;
        this.files = files;
        this.posix = posix;
    }

    @Override
    public void prepare(Watchdog.Action action) throws IOException {
        switch (action.kind()) {
            case LeaseActions.START_DATABASE, LeaseActions.FINISH_RESTORE -> warm(database(action));
            case LeaseActions.END_BACKUP -> {
                writer(action);
                warm(database(action));
            }
            case LeaseActions.THAW -> posix.mountOf(Path.of(fact(action, LeaseActions.MOUNT_POINT)));
            default ->
                throw new BackupException(
                        LeaseFault.NO_WATCHDOG,
                        "a lease with the unknown action '" + action.kind() + "'",
                        "Use one version of Saddlebag for the node and its watchdog.");
        }
    }

    @Override
    public void commit(Watchdog.Action action, Consumer<String> log) throws IOException {
        if (!action.kind().equals(LeaseActions.FINISH_RESTORE)) {
            throw new IllegalStateException("nothing to commit in " + action);
        }
        ComponentSwap swap = ComponentSwap.of(files, action.facts());
        swap.decide();
        swap.finish();
        log.accept("put restored components in place");
    }

    /** Not a restore of which only some components are in place: completed later, it would put the others among newer ones. */
    @Override
    public boolean mayBeTakenOver(Watchdog.Action action) throws IOException {
        return switch (action.kind()) {
            case LeaseActions.START_DATABASE -> true;
            case LeaseActions.FINISH_RESTORE ->
                !ComponentSwap.of(files, action.facts()).isDecided();
            default -> false;
        };
    }

    @Override
    public void bringBack(Watchdog.Action action, Consumer<String> log) throws IOException, InterruptedException {
        switch (action.kind()) {
            case LeaseActions.START_DATABASE -> start(action, log);
            case LeaseActions.FINISH_RESTORE -> finishRestore(action, log);
            case LeaseActions.END_BACKUP -> writer(action).abandon(fact(action, LeaseActions.BACKUP_MODE), log);
            case LeaseActions.THAW -> posix.thaw(Path.of(fact(action, LeaseActions.MOUNT_POINT)));
            default -> throw new IllegalStateException("was never prepared: " + action);
        }
    }

    private void finishRestore(Watchdog.Action action, Consumer<String> log) throws IOException, InterruptedException {
        ComponentSwap swap = ComponentSwap.of(files, action.facts());
        if (swap.finish()) {
            log.accept("completed the swap of restored components");
        }
        // what was staged stays: the same restore goes on from it, and any restore of the database removes it
        start(action, log);
    }

    private void start(Watchdog.Action action, Consumer<String> log) throws IOException, InterruptedException {
        DatabaseAdapter database = database(action);
        log.accept("starting database " + database.name());
        database.start(startTimeout(action), log);
        log.accept("database " + database.name() + " is open");
    }

    /** Loads what starting needs, while there is time. */
    private static void warm(DatabaseAdapter database) throws IOException {
        try {
            database.state();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private Duration startTimeout(Watchdog.Action action) throws IOException {
        return databases.options(fact(action, LeaseActions.DATABASE)).startTimeout();
    }

    private DatabaseAdapter database(Watchdog.Action action) throws IOException {
        return databases.get(fact(action, LeaseActions.DATABASE));
    }

    private DatabaseWriter writer(Watchdog.Action action) throws IOException {
        DatabaseAdapter database = database(action);
        return database.writer()
                .orElseThrow(() -> new IOException(
                        "database " + database.name() + " of engine " + database.engine() + " has no backup mode"));
    }

    private static String fact(Watchdog.Action action, String name) {
        String value = action.facts().get(name);
        if (value == null) {
            throw new IllegalStateException("an action without '" + name + "': " + action);
        }
        return value;
    }
}
