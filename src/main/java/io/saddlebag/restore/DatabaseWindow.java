package io.saddlebag.restore;

import io.saddlebag.catalog.Backup;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.DatabaseState;
import io.saddlebag.database.DatabaseWriter;
import io.saddlebag.database.OutcomeClass;
import io.saddlebag.fault.BackupException;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.Obligation;
import io.saddlebag.lease.LeaseActions;
import io.saddlebag.lease.QuiesceLease;
import io.saddlebag.lease.Watchdog;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The time in which a database is down for a restore (W12). From stop to start it is guarded by a lease: whatever dies, the
 * database comes back, with its old files or with the restored ones, never with a mixture.
 */
final class DatabaseWindow {
    private static final Duration RENEW_EVERY = Duration.ofSeconds(1);

    private final RestoreServices services;
    private final DatabaseAdapter database;
    private final RestoreServices.Limits limits;
    private final @Nullable ComponentSwap swap;
    private final Map<String, String> facts = new LinkedHashMap<>();
    private @Nullable QuiesceLease lease;
    private @Nullable Obligation obligation;
    private @Nullable JobRun opener;
    private long renewedNanos;
    private long stoppedNanos;
    private boolean ended;
    private boolean rollsForward;

    /** @param swap what is completed before the database starts; null when files are restored in place */
    DatabaseWindow(
            RestoreServices services,
            DatabaseAdapter database,
            RestoreServices.Limits limits,
            @Nullable ComponentSwap swap) {
        this.services = services;
        this.database = database;
        this.limits = limits;
        this.swap = swap;
        if (swap != null) {
            facts.putAll(swap.facts());
        }
        facts.put(LeaseActions.DATABASE, database.name());
    }

    String database() {
        return database.name();
    }

    void stop(JobRun job) throws IOException, InterruptedException {
        opener = job;
        job.act("stop " + database.name(), () -> {
            String kind = swap != null ? LeaseActions.FINISH_RESTORE : LeaseActions.START_DATABASE;
            QuiesceLease armed = services.watchdog()
                    .arm(
                            "restore of database " + database.name() + " by job " + job.name(),
                            new Watchdog.Action(kind, facts),
                            limits.lease());
            lease = armed;
            Map<String, String> owed = new LinkedHashMap<>(facts);
            owed.put("lease", armed.id());
            obligation = job.owe(kind, owed);
            stoppedNanos = services.waiter().nanos();
            stopForGood(job);
        });
    }

    /** What is to be restored may be broken in any way; all that counts is that nothing runs on its files. */
    private void stopForGood(JobRun job) throws IOException, InterruptedException {
        try {
            database.stop(limits.stop(), job::output);
        } catch (BackupException e) {
            if (database.state() != DatabaseState.STOPPED) {
                throw e;
            }
            job.transcript().line("it did not stop cleanly, but it is down: " + e.what());
        }
    }

    /** Renews the lease now and then while work goes on. */
    void working() throws IOException {
        long now = services.waiter().nanos();
        if (now - renewedNanos >= RENEW_EVERY.toNanos()) {
            renew();
            renewedNanos = now;
        }
    }

    /** @throws BackupException when the lease was lost: the database may be running, and its files must not be touched */
    void renew() throws IOException {
        QuiesceLease held = lease;
        if (held != null) {
            held.renew(limits.lease());
        }
    }

    DatabaseAdapter adapter() {
        return database;
    }

    /** Whoever starts it next, the guard too, has to know that its files were restored from one instant (W13). */
    void expectRestored(JobRun job, Optional<Backup> backup) throws IOException, InterruptedException {
        Optional<DatabaseWriter> writer = database.writer();
        if (backup.isEmpty()
                || writer.isEmpty()
                || OutcomeClass.of(backup.get().about().facts()).isEmpty()) {
            return;
        }
        renew();
        writer.get().expectRestored(backup.get().id() + " by job " + job.name());
    }

    /** As {@link #renew}, for at least as long as that other one's lease is. */
    void renewAsLongAs(DatabaseWindow other) throws IOException {
        QuiesceLease held = lease;
        if (held != null) {
            Duration own = limits.lease();
            held.renew(own.compareTo(other.limits.lease()) < 0 ? other.limits.lease() : own);
        }
    }

    /** Has the guard put the restored components in place: it alone knows that it hasn't begun to start the database. */
    void commit() throws IOException {
        QuiesceLease held = lease;
        if (held == null) {
            throw new IllegalStateException("database " + database.name() + " was not stopped");
        }
        held.renew(limits.lease());
        held.commit();
    }

    /** As {@link #commit}, under the lease as it is: those of the same group have been renewed since, and last longer. */
    void commitWithoutRenewal() throws IOException {
        QuiesceLease held = lease;
        if (held == null) {
            throw new IllegalStateException("database " + database.name() + " was not stopped");
        }
        held.commit();
    }

    /**
     * Starts the database, has it leave the backup mode in which its files were copied, checks that it is open and whole, and
     * ends the lease (W12, W13).
     *
     * @param outcome of the backup that was restored; empty for one of a stopped database
     * @param forward waits for the end of its journals; null when none are applied
     */
    void startAndVerify(JobRun job, Optional<OutcomeClass> outcome, @Nullable RollForward forward)
            throws IOException, InterruptedException {
        rollsForward = forward != null;
        start(job, forward == null ? limits.start() : forward.limit());
        if (forward != null) {
            forward.follow(job);
        }
        if (outcome.filter(OutcomeClass.DATABASE_FULL::equals).isPresent()) {
            job.act("leave backup mode of " + database.name(), () -> {
                DatabaseWriter writer = database.writer()
                        .orElseThrow(() -> new IllegalStateException(database.name() + " was backed up online"));
                job.transcript().line(writer.leaveBackupMode(limits.start()));
            });
        }
        job.act("verify " + database.name(), () -> {
            job.transcript().line(database.verifyOpen(limits.start()));
        });
    }

    /** As {@link #bringBack(JobRun, Throwable)}, between two jobs. */
    void bringBack() {
        JobRun first = opener;
        if (ended || lease == null || first == null) {
            return;
        }
        IOException failure = new IOException("no job goes on with the restore");
        try {
            database.start(limits.start(), line -> {});
            endLease();
        } catch (IOException | RuntimeException e) {
            leaveToGuard(failure);
        } catch (InterruptedException e) {
            leaveToGuard(failure);
            Thread.currentThread().interrupt();
        }
    }

    /** @return whether the lease was held until now */
    private boolean endLease() throws IOException {
        ended = true;
        QuiesceLease held = lease;
        boolean intact = held == null || held.release();
        Obligation owed = obligation;
        JobRun first = opener;
        if (owed != null && first != null) {
            first.settle(owed);
        }
        return intact;
    }

    private void start(JobRun job, Duration limit) throws IOException, InterruptedException {
        job.act("start " + database.name(), () -> {
            if (rollsForward) {
                // that takes longer than any lease
                new RenewedLease(services.workers(), this::renew).during(() -> database.start(limit, job::output));
            } else {
                database.start(limit, job::output);
            }
        });
        job.figure("downtime-ms", Long.toString((services.waiter().nanos() - stoppedNanos) / 1_000_000));
        if (!endLease()) {
            job.warn("the watchdog had started database " + database.name() + " before this job did");
        }
    }

    /** After a failure: the database is started with the files it has, or left to the guard when that fails, too. */
    void bringBack(JobRun job, Throwable failure) {
        if (ended || lease == null) {
            return;
        }
        try {
            if (swap != null) {
                // one that was decided is completed before anything starts on a mixture; else this does nothing
                swap.finish();
            }
            start(job, limits.start());
        } catch (IOException | RuntimeException e) {
            failure.addSuppressed(e);
            if (rollsForward) {
                letGo(failure);
            } else {
                leaveToGuard(failure);
            }
        } catch (InterruptedException e) {
            leaveToGuard(failure);
            Thread.currentThread().interrupt();
        }
    }

    /**
     * An engine that doesn't come to the end of its journals says the same each time. The operator may recover to another point at once,
     * and not when the guard has given up; the next start of a node tries once more.
     */
    private void letGo(Throwable failure) {
        QuiesceLease held = lease;
        try {
            if (held != null) {
                held.release();
            }
            ended = true;
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private void leaveToGuard(Throwable failure) {
        QuiesceLease held = lease;
        try {
            if (held != null) {
                held.close();
            }
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
