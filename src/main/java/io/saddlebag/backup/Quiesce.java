package io.saddlebag.backup;

import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.fault.BackupException;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.Obligation;
import io.saddlebag.lease.LeaseActions;
import io.saddlebag.lease.QuiesceLease;
import io.saddlebag.lease.Watchdog;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One database standing still: its lease, its debt, and how long it has been. */
final class Quiesce {
    /** Kind of the obligation, and of the watchdog's action, that brings a database back. */
    static final String START_DATABASE = LeaseActions.START_DATABASE;

    private final BackupServices services;
    private final JobRun job;
    private final DatabaseAdapter database;
    private final BackupRun.StopOptions options;
    private @Nullable QuiesceLease lease;
    private @Nullable Obligation obligation;
    private long stopRequestedNanos;
    private boolean ended;
    private boolean leftToWatchdog;

    Quiesce(BackupServices services, JobRun job, DatabaseAdapter database, BackupRun.StopOptions options) {
        this.services = services;
        this.job = job;
        this.database = database;
        this.options = options;
    }

    DatabaseAdapter database() {
        return database;
    }

    boolean ended() {
        return ended;
    }

    boolean leftToWatchdog() {
        return leftToWatchdog;
    }

    void stop() throws IOException, InterruptedException {
        var action = new Watchdog.Action(START_DATABASE, Map.of("database", database.name()));
        lease = services.watchdog()
                .arm("stop of database " + database.name() + " for job " + job.name(), action, options.lease());
        obligation = job.owe(START_DATABASE, Map.of("database", database.name(), "lease", lease.id()));
        job.transcript()
                .line("lease " + lease.id() + ": database " + database.name() + " comes back within " + options.lease()
                        + " whatever happens to this process");
        stopRequestedNanos = services.waiter().nanos();
        database.stop(options.stopTimeout(), job::output);
    }

    /** Starts it, ends the lease, pays the debt. */
    void start() throws IOException, InterruptedException {
        database.start(options.startTimeout(), job::output);
        long downtimeMillis = (services.waiter().nanos() - stopRequestedNanos) / 1_000_000;
        ended = true;
        QuiesceLease held = lease;
        if (held != null && !held.release()) {
            job.warn("the watchdog had started database " + database.name() + " before this job did");
        }
        Obligation owed = obligation;
        if (owed != null) {
            job.settle(owed);
            job.figure("downtime-ms", Long.toString(downtimeMillis));
        }
    }

    /** @throws BackupException when the lease was lost: what was taken from the source since isn't consistent */
    void renew() throws IOException {
        QuiesceLease held = lease;
        // one left to the guard is the guard's: what an independent snapshot holds is as good as before (W3)
        if (held != null && !ended && !leftToWatchdog) {
            held.renew(options.lease());
        }
    }

    /** The guard tries on its own from now on; the debt stays until somebody has brought the database back. */
    void leaveToWatchdog() throws IOException {
        leftToWatchdog = true;
        QuiesceLease held = lease;
        if (held != null) {
            held.close();
        }
    }
}
