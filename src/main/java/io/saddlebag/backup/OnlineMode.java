package io.saddlebag.backup;

import io.saddlebag.database.BackupEnd;
import io.saddlebag.database.BackupMode;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.DatabaseWriter;
import io.saddlebag.fault.BackupException;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.Obligation;
import io.saddlebag.lease.LeaseActions;
import io.saddlebag.lease.QuiesceLease;
import io.saddlebag.lease.Watchdog;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One database in backup mode (W6): its lease, its debt, how long its writes waited, and what the end of it yielded. One lease
 * covers both: it is as short as a freeze may be while writes wait, and long before and after (W7, W20).
 */
final class OnlineMode {
    private final BackupServices services;
    private final JobRun job;
    private final DatabaseAdapter database;
    private final DatabaseWriter writer;
    private final OnlineOptions options;
    private final String id;
    private @Nullable BackupMode mode;
    private @Nullable QuiesceLease lease;
    private @Nullable Obligation obligation;
    private @Nullable BackupEnd end;
    private boolean endIsTold;
    private long frozenNanos;
    private Duration freezeLimit;
    private long frozenMillis;
    private boolean writesWait;
    /** From before anything is held until it is known that nothing is any more. */
    private boolean writesMayWait;

    private @Nullable Instant heldFrom;
    private @Nullable Instant heldUntil;
    private boolean ended;

    OnlineMode(
            BackupServices services,
            JobRun job,
            DatabaseAdapter database,
            DatabaseWriter writer,
            OnlineOptions options) {
        this.services = services;
        this.job = job;
        this.database = database;
        this.writer = writer;
        this.options = options;
        this.freezeLimit = options.freeze();
        this.id = services.names().next("sbg");
    }

    DatabaseAdapter database() {
        return database;
    }

    DatabaseWriter writer() {
        return writer;
    }

    /** For how long its writes may wait, be it for the engine or for a file system. */
    Duration freezeLimit() {
        return options.freeze();
    }

    /** Whether backup mode is on, as far as this process knows. */
    boolean isOn() {
        return mode != null && end == null && !ended;
    }

    /** Whether it was begun and nobody has let go of it, so that what its end yields is still as it was. */
    boolean isHeld() {
        return mode != null && !ended;
    }

    /** Whether clients wait for its thaw. */
    boolean writesWait() {
        return writesWait;
    }

    /** For how long writes waited in the last freeze that was ended, in milliseconds. */
    long frozenMillis() {
        return frozenMillis;
    }

    void begin() throws IOException, InterruptedException {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put(LeaseActions.DATABASE, database.name());
        facts.put(LeaseActions.BACKUP_MODE, id);
        facts.put(LeaseActions.ENDS_WITH_PROCESS, Boolean.toString(writer.endsWithProcess()));
        QuiesceLease armed = services.watchdog()
                .arm(
                        "backup mode of database " + database.name() + " for job " + job.name(),
                        new Watchdog.Action(LeaseActions.END_BACKUP, facts),
                        whileEngineWorks());
        lease = armed;
        facts.put("lease", armed.id());
        obligation = job.owe(LeaseActions.END_BACKUP, facts);
        job.transcript()
                .line("lease " + armed.id() + ": database " + database.name() + " leaves backup mode within "
                        + options.lease() + " after this process said last that work goes on, and a freeze within "
                        + options.freeze());
        mode = writer.begin(id, options.timeout(), job::output);
        armed.renew(options.lease());
    }

    /** Nothing is renewed while the engine works. */
    private Duration whileEngineWorks() {
        return options.lease().plus(options.timeout());
    }

    /** What the engine can do while writes go on. */
    void prepareFreeze() throws IOException, InterruptedException {
        BackupMode on = mode;
        if (on != null && isOn()) {
            held().renew(whileEngineWorks());
            on.prepareFreeze(options.freeze());
        }
    }

    private interface Freezing {
        boolean freeze(BackupMode on, Duration limit) throws IOException, InterruptedException;
    }

    /** From here on, for no longer than that, writes may wait. */
    void freeze(Duration limit) throws IOException, InterruptedException {
        freeze(limit, BackupMode::freeze);
    }

    /** The same, for a recovery point that other databases share (W23). */
    void freezeWithOthers(Duration limit) throws IOException, InterruptedException {
        freeze(limit, BackupMode::freezeWithOthers);
    }

    private void freeze(Duration limit, Freezing freezing) throws IOException, InterruptedException {
        BackupMode on = mode;
        if (on == null || !isOn()) {
            return;
        }
        // before anything is held: the guard then counts the time that holding takes, too
        freezeLimit = limit;
        held().renew(limit);
        frozenNanos = services.waiter().nanos();
        writesWait = true;
        writesMayWait = true;
        writesWait = freezing.freeze(on, limit);
        writesMayWait = writesWait;
        heldFrom = services.clock().instant();
        if (!writesWait) {
            held().renew(options.lease());
        }
    }

    /**
     * @return for how long writes waited, in milliseconds
     * @throws BackupException {@link BackupFault#FROZEN_TOO_LONG}: what was taken meanwhile is worth nothing
     */
    long thaw() throws IOException, InterruptedException {
        BackupMode on = mode;
        if (on == null || !writesWait) {
            return 0;
        }
        writesWait = false;
        heldUntil = services.clock().instant();
        try {
            on.thaw();
            writesMayWait = false;
            long millis = (services.waiter().nanos() - frozenNanos) / 1_000_000;
            frozenMillis = millis;
            if (millis > freezeLimit.toMillis()) {
                throw tooLong("they waited for " + millis + " ms", null);
            }
            held().renew(options.lease());
            return millis;
        } catch (BackupException e) {
            if (services.waiter().nanos() - frozenNanos > freezeLimit.toNanos() && !e.is(BackupFault.FROZEN_TOO_LONG)) {
                // the guard's turn came, but nobody has seen that it could: this makes sure, or says so
                requireLetGo(on, e);
                throw tooLong("the guard let them go on", e);
            }
            throw e;
        }
    }

    private void requireLetGo(BackupMode on, BackupException first) throws BackupException {
        try {
            on.close();
            writesMayWait = false;
        } catch (IOException | RuntimeException e) {
            first.addSuppressed(e);
            throw first;
        }
    }

    /** When no write was let through, in the last freeze that was ended; null where the engine holds none. */
    @Nullable
    Instant heldFrom() {
        return heldUntil == null ? null : heldFrom;
    }

    /** When the first write may have been let through again; null as {@link #heldFrom}. */
    @Nullable
    Instant heldUntil() {
        return heldUntil;
    }

    /** @param how it is known */
    BackupException tooLong(String how, @Nullable Throwable cause) {
        return new BackupException(
                BackupFault.FROZEN_TOO_LONG,
                "writes to database " + database.name() + " had to wait for longer than "
                        + freezeLimit.truncatedTo(ChronoUnit.MILLIS) + ": " + how,
                "Use a snapshot provider that is quicker for these paths (btrfs), or raise 'freeze' of the database.",
                cause);
    }

    /** What is known of the state before backup mode ends. */
    Map<String, String> begunWith() {
        BackupMode on = mode;
        return on == null ? Map.of() : on.facts();
    }

    /** Ends backup mode; what it yields stays as it is until {@link #close}. Ending it twice yields the same. */
    BackupEnd end() throws IOException, InterruptedException {
        BackupEnd known = end;
        BackupEnd yielded = known == null ? endWithin(options.timeout()) : known;
        if (!endIsTold) {
            endIsTold = true;
            job.transcript().line("database " + database.name() + " has left backup mode: " + yielded.facts());
        }
        return yielded;
    }

    /** The same, with nothing written anywhere: others' writes may wait for it. */
    BackupEnd endWithin(Duration limit) throws IOException, InterruptedException {
        BackupMode on = mode;
        if (on == null) {
            throw new IllegalStateException("database " + database.name() + " is not in backup mode");
        }
        held().renew(whileEngineWorks());
        BackupEnd yielded = on.end(limit.compareTo(options.timeout()) < 0 ? limit : options.timeout());
        held().renew(options.lease());
        end = yielded;
        return yielded;
    }

    /** What the end of it yielded. */
    BackupEnd requireEnd() throws BackupException {
        BackupEnd yielded = end;
        if (yielded == null) {
            throw new BackupException(
                    BackupFault.SOURCE_RUNS,
                    "database " + database.name() + " is still in backup mode",
                    "Put a step 'database:" + database.name() + "?operation=end-backup' between snapshot and image.");
        }
        return yielded;
    }

    /** Lets go of everything, whatever has failed before; what can't be done is left to the guard, and stays owed. */
    void close() throws IOException {
        if (ended) {
            return;
        }
        ended = true;
        try {
            letGo();
        } catch (IOException | RuntimeException e) {
            leaveToGuard(e);
            if (writesMayWait) {
                job.defer(mayWait(e));
            }
            throw e;
        }
        QuiesceLease armed = lease;
        if (armed != null && !armed.release()) {
            job.warn("the guard had ended backup mode of database " + database.name() + " before this job did");
        }
        Obligation owed = obligation;
        if (owed != null) {
            job.settle(owed);
        }
    }

    private BackupException mayWait(Exception cause) {
        return new BackupException(
                BackupFault.WRITES_MAY_WAIT,
                "writes to database " + database.name()
                        + " may still WAIT: its freeze could not be ended, and is left to" + " its guard",
                "Write something into it. When that waits, end the freeze as the engine's part of docs/online-backup.md says,"
                        + " or restart the database.",
                cause);
    }

    private void letGo() throws IOException {
        BackupMode on = mode;
        if (on != null) {
            on.close();
        } else if (lease != null) {
            // nobody knows how far a begin that failed has come
            try {
                writer.abandon(id, job::output);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted before backup mode was ended", e);
            }
        }
    }

    private void leaveToGuard(Exception first) {
        QuiesceLease held = lease;
        try {
            if (held != null) {
                held.close();
            }
        } catch (IOException | RuntimeException e) {
            first.addSuppressed(e);
        }
    }

    /** @throws BackupException when the lease was lost: backup mode has ended before its time */
    void renew() throws IOException {
        if (lease != null && !ended && !writesWait) {
            held().renew(options.lease());
            watch();
        }
    }

    private void watch() throws IOException {
        BackupMode on = mode;
        if (on != null && isOn()) {
            on.watch(job::warn);
        }
    }

    private QuiesceLease held() {
        QuiesceLease armed = lease;
        if (armed == null) {
            throw new IllegalStateException("no lease");
        }
        return armed;
    }
}
