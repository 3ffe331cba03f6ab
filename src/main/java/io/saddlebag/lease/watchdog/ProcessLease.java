package io.saddlebag.lease.watchdog;

import io.saddlebag.fault.BackupException;
import io.saddlebag.lease.LeaseFault;
import io.saddlebag.lease.LeaseRecord;
import io.saddlebag.lease.LeaseState;
import io.saddlebag.lease.QuiesceLease;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A lease whose guard is a process. */
final class ProcessLease implements QuiesceLease {
    /** Renaming takes milliseconds; a disk that is busy may make it wait to be durable. */
    private static final Duration COMMIT_LIMIT = Duration.ofMinutes(2);

    private final String id;
    private final GuardProcess guard;
    private final @Nullable GuardProcess deputy;
    private final LeaseFolder folder;
    private final Duration answerLimit;
    private @Nullable Boolean released;
    private @Nullable String lost;
    private boolean left;

    /** @param deputy null when the source needs none */
    ProcessLease(
            String id, GuardProcess guard, @Nullable GuardProcess deputy, LeaseFolder folder, Duration answerLimit) {
        this.id = id;
        this.answerLimit = answerLimit;
        this.guard = guard;
        this.deputy = deputy;
        this.folder = folder;
    }

    @Override
    public String id() {
        return id;
    }

    /** The guard's process, for tests that end it. */
    long guardPid() {
        return guard.pid();
    }

    /** The deputy's process, for tests that end it. */
    long deputyPid() {
        return deputy == null ? 0 : deputy.pid();
    }

    @Override
    public synchronized void renew(Duration length) throws IOException {
        if (length.toMillis() < 1) {
            throw new IllegalArgumentException("a lease lasts a millisecond at least, not " + length);
        }
        request("renew " + length.toMillis(), "held", answerLimit);
    }

    @Override
    public synchronized void commit() throws IOException {
        request("commit", "committed", COMMIT_LIMIT);
    }

    private void request(String request, String expected, Duration limit) throws IOException {
        if (released != null || left) {
            throw new IllegalStateException("lease " + id + " has been given back");
        }
        if (lost != null) {
            // a late answer doesn't make it whole again
            throw lost(lost);
        }
        switch (guard.ask(request, expected, limit)) {
            case YES -> {}
            case UNABLE ->
                throw new BackupException(
                        LeaseFault.NOT_COMMITTED,
                        "the guard of lease " + id + " could not do what was prepared: " + guard.why(),
                        "Remove the cause, and repeat the job.");
            case ACTED -> throw lose("the guard brings the source back");
            case GONE -> throw lose("its guard is dead");
            case SILENT -> throw lose("its guard doesn't answer within " + limit);
        }
    }

    @Override
    public synchronized boolean release() throws IOException {
        if (released == null && !left) {
            released = askedToRelease();
        }
        return Boolean.TRUE.equals(released);
    }

    private boolean askedToRelease() throws IOException {
        return switch (ask("release", "released")) {
            case YES -> {
                guard.hangUp();
                yield true;
            }
            case ACTED -> false;
            case GONE -> deputyStandsDown() && neverActed();
            case SILENT, UNABLE -> deputyStandsDown() && endedBySilence();
        };
    }

    /** So that it can't act later. */
    private boolean deputyStandsDown() {
        GuardProcess standing = deputy;
        if (standing == null) {
            return true;
        }
        GuardProcess.Answer answer = standing.ask("release", "released", answerLimit);
        if (answer == GuardProcess.Answer.SILENT || answer == GuardProcess.Answer.UNABLE) {
            if (!standing.kill()) {
                return false;
            }
            answer = standing.ask("release", "released", answerLimit);
        }
        return answer != GuardProcess.Answer.ACTED;
    }

    /** A guard that doesn't answer is ended, so that it can't act later; then the record tells. */
    private boolean endedBySilence() throws IOException {
        if (!guard.kill()) {
            return false;
        }
        // what it said before it died is in the pipe still
        return ask("release", "released") != GuardProcess.Answer.ACTED && neverActed();
    }

    private boolean neverActed() throws IOException {
        LeaseRecord lease = folder.read(id).orElse(null);
        if (lease == null) {
            return false;
        }
        if (lease.state() == LeaseState.ARMED) {
            // so that nobody takes the lease for abandoned
            folder.publish(lease.in(LeaseState.RELEASED));
            return true;
        }
        return lease.state() == LeaseState.RELEASED;
    }

    /**
     * Returns when the guard has begun to bring the source back.
     *
     * @throws BackupException {@link LeaseFault#ACTION_FAILED} when the guard is dead: then the source stays as it is
     *     until this node looks for abandoned leases
     */
    @Override
    public synchronized void close() throws IOException {
        if (released != null || left) {
            return;
        }
        left = true;
        guard.hangUp();
        GuardProcess.Answer answer = ask("", "acting");
        if (answer != GuardProcess.Answer.ACTED && !deputyActs()) {
            throw new BackupException(
                    LeaseFault.ACTION_FAILED,
                    "lease " + id + " was left to its guard, which "
                            + (answer == GuardProcess.Answer.GONE ? "is dead" : "doesn't answer"),
                    "Start the database, or thaw the file system, that the lease names.");
        }
    }

    private boolean deputyActs() {
        GuardProcess standing = deputy;
        if (standing == null) {
            return false;
        }
        // it waits for the guard's end, and one that hangs has not ended
        return guard.kill() && standing.ask("", "acting", answerLimit) == GuardProcess.Answer.ACTED;
    }

    private GuardProcess.Answer ask(String request, String expected) {
        return guard.ask(request, expected, answerLimit);
    }

    private BackupException lose(String why) {
        lost = why;
        return lost(why);
    }

    private BackupException lost(String why) {
        return new BackupException(
                LeaseFault.LOST,
                "lease " + id + " is lost: " + why,
                "Throw away what was read of the source, see that the source is up, and repeat the job.");
    }
}
