package io.saddlebag.lease.memory;

import io.saddlebag.fault.BackupException;
import io.saddlebag.lease.LeaseFault;
import io.saddlebag.lease.LeaseRecord;
import io.saddlebag.lease.LeaseState;
import io.saddlebag.lease.QuiesceLease;
import io.saddlebag.lease.ReturnAttempts;
import io.saddlebag.lease.SourceReturner;
import io.saddlebag.lease.Watchdog;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The twin of the watchdog process. Faults it survives, and its owner can play: the deadline passes ({@link #look()}),
 * the holder dies ({@link #holderDies()}), the guards die ({@link #guardsDie()}), guards can't be had ({@link
 * #refuse()}), the source doesn't come back (its {@link SourceReturner} throws). Thread-safe.
 *
 * <p>Unlike the process it tries to bring a source back {@link ReturnAttempts#most()} times in a row without a pause.
 */
public final class MemoryWatchdog implements Watchdog {
    private final Clock clock;
    private final SourceReturner returner;
    private final ReturnAttempts attempts;
    private final Consumer<String> log;
    private final Map<String, LeaseRecord> leases = new LinkedHashMap<>();
    private boolean refusing;
    private boolean guardsDead;

    /** @param clock says when a deadline has passed; a simulated one that doesn't jump */
    public MemoryWatchdog(Clock clock, SourceReturner returner) {
        this(clock, returner, ReturnAttempts.DEFAULT, line -> {});
    }

    public MemoryWatchdog(Clock clock, SourceReturner returner, ReturnAttempts attempts, Consumer<String> log) {
        this.clock = clock;
        this.returner = returner;
        this.attempts = attempts;
        this.log = log;
    }

    @Override
    public synchronized QuiesceLease arm(String purpose, Action action, Duration length) throws IOException {
        try {
            if (refusing) {
                throw new IOException("guards can't be had");
            }
            returner.prepare(action);
        } catch (IOException unable) {
            throw new BackupException(
                    LeaseFault.NO_WATCHDOG, "no guard: " + unable.getMessage(), "Repair the guard first.", unable);
        }
        String id = "lease-" + (leases.size() + 1);
        leases.put(
                id,
                new LeaseRecord(
                        id,
                        purpose,
                        action,
                        clock.instant(),
                        clock.instant().plus(length),
                        LeaseState.ARMED,
                        0,
                        0,
                        null));
        guardsDead = false;
        return new Lease(id);
    }

    /** The guards look at the clock and act where a deadline has passed. */
    public synchronized void look() throws InterruptedException {
        for (LeaseRecord lease : list()) {
            if (!clock.instant().isBefore(lease.deadline())) {
                act(lease.id());
            }
        }
    }

    /** The process that holds all leases dies: the guards act at once. */
    public synchronized void holderDies() throws InterruptedException {
        for (LeaseRecord lease : list()) {
            act(lease.id());
        }
    }

    /** The guards die without having acted. Those armed later live. */
    public synchronized void guardsDie() {
        guardsDead = true;
    }

    /** A node starts, and does what guards owe that are dead or have given up. */
    public synchronized void bringBackAbandoned() throws InterruptedException {
        for (LeaseRecord lease : list()) {
            boolean guarded = !guardsDead && lease.state() == LeaseState.ARMED;
            if (lease.state().owesTheSource() && !guarded) {
                carryOut(lease);
            }
        }
    }

    /** From now on no lease can be armed. */
    public synchronized void refuse() {
        refusing = true;
    }

    /** All leases there ever were, oldest first. */
    public synchronized List<LeaseRecord> list() {
        return new ArrayList<>(leases.values());
    }

    private LeaseRecord lease(String id) {
        LeaseRecord lease = leases.get(id);
        if (lease == null) {
            throw new IllegalStateException("no lease " + id);
        }
        return lease;
    }

    private void act(String id) throws InterruptedException {
        LeaseRecord lease = lease(id);
        if (!guardsDead && lease.state() == LeaseState.ARMED) {
            carryOut(lease);
        }
    }

    private void carryOut(LeaseRecord lease) throws InterruptedException {
        String id = lease.id();
        LeaseRecord now = lease.in(LeaseState.ACTING);
        leases.put(id, now);
        for (int attempt = 0; attempt < attempts.most(); attempt++) {
            try {
                returner.bringBack(lease.action(), log);
                leases.put(id, now.attempted(null).in(LeaseState.ACTED));
                return;
            } catch (IOException failed) {
                now = now.attempted(failed.getMessage());
            }
        }
        leases.put(id, now.in(LeaseState.FAILED));
    }

    private synchronized void renew(String id, Duration length) throws IOException {
        requireHeld(id);
        leases.put(id, lease(id).until(clock.instant().plus(length)));
    }

    private void requireHeld(String id) throws IOException {
        actIfLate(id);
        LeaseRecord lease = lease(id);
        if (guardsDead || lease.state() != LeaseState.ARMED) {
            throw new BackupException(
                    LeaseFault.LOST,
                    "lease " + id + " is lost: " + (guardsDead ? "its guard is dead" : "the deadline has passed"),
                    "Throw away what was read of the source, see that the source is up, and repeat the job.");
        }
    }

    private synchronized void commit(String id) throws IOException {
        requireHeld(id);
        try {
            returner.commit(lease(id).action(), log);
        } catch (IOException e) {
            throw new BackupException(
                    LeaseFault.NOT_COMMITTED,
                    "the guard of lease " + id + " could not do what was prepared: " + e.getMessage(),
                    "Remove the cause, and repeat the job.",
                    e);
        }
    }

    private synchronized boolean release(String id) {
        actIfLate(id);
        LeaseRecord lease = lease(id);
        if (lease.state() == LeaseState.ARMED) {
            leases.put(id, lease.in(LeaseState.RELEASED));
            return true;
        }
        return lease.state() == LeaseState.RELEASED;
    }

    private synchronized void leave(String id) throws IOException {
        actIfLate(id);
        if (lease(id).state() != LeaseState.ARMED) {
            return;
        }
        if (guardsDead) {
            throw new BackupException(
                    LeaseFault.ACTION_FAILED,
                    "lease " + id + " was left to its guard, which is dead",
                    "Start the database, or thaw the file system, that the lease names.");
        }
        actNow(id);
    }

    /** A real guard would have acted the moment the deadline passed. */
    private void actIfLate(String id) {
        if (!clock.instant().isBefore(lease(id).deadline())) {
            actNow(id);
        }
    }

    private void actNow(String id) {
        try {
            act(id);
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Lease implements QuiesceLease {
        private final String id;

        Lease(String id) {
            this.id = id;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public void renew(Duration length) throws IOException {
            MemoryWatchdog.this.renew(id, length);
        }

        @Override
        public void commit() throws IOException {
            MemoryWatchdog.this.commit(id);
        }

        @Override
        public boolean release() {
            return MemoryWatchdog.this.release(id);
        }

        @Override
        public void close() throws IOException {
            MemoryWatchdog.this.leave(id);
        }
    }
}
