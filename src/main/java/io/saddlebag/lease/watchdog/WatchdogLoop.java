package io.saddlebag.lease.watchdog;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.host.Deadline;
import io.saddlebag.host.Waiter;
import io.saddlebag.lease.LeaseActions;
import io.saddlebag.lease.LeaseRecord;
import io.saddlebag.lease.LeaseState;
import io.saddlebag.lease.ReturnAttempts;
import io.saddlebag.lease.SourceReturner;
import io.saddlebag.lease.Watchdog;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The life of one guard. It answers its holder line by line:
 *
 * <pre>
 * arm {"purpose":..,"action":{"kind":..,"facts":{..}},"lengthMillis":..}   ready DEADLINE | refused WHY
 * renew MILLIS                                                             held DEADLINE
 * commit                                                                   committed | unable WHY
 * release                                                                  released
 * (deadline passed, or the holder's end of the stream closed)              acting, then acted ok | acted failed WHY
 * </pre>
 *
 * <p>One thread decides, so release and deadline can't both win, and nothing is committed to a source that was brought back. The deadline is counted on the waiter's monotonic clock;
 * the wall clock only makes times for people.
 */
public final class WatchdogLoop {
    /** How long the holder may take to say what it wants, before anything was stopped. */
    static final Duration ARM_LIMIT = Duration.ofMinutes(1);

    /** How long an earlier guard of the same source may take to end; less than a holder waits for its guard. */
    static final Duration SOURCE_PATIENCE = Duration.ofSeconds(20);

    private static final Duration RECORD_PATIENCE = Duration.ofSeconds(30);
    /** How late a deadline is noticed at most. */
    private static final Duration TICK = Duration.ofMillis(50);

    private final HolderLines holder;
    private final PrintStream answers;
    private final LeaseFolder folder;
    private final String id;
    private final SourceReturner returner;
    private final Waiter waiter;
    private final Clock clock;
    private final ReturnAttempts attempts;
    private final CountDownLatch ended = new CountDownLatch(1);

    /**
     * @param holder the guard's standard input
     * @param answers the guard's standard output; nothing else may be written to it
     * @param id made by the holder, names the files in the folder
     */
    public WatchdogLoop(
            InputStream holder,
            PrintStream answers,
            Path leaseFolder,
            String id,
            SourceReturner returner,
            Waiter waiter,
            Clock clock,
            ReturnAttempts attempts) {
        this.holder = new HolderLines(holder, "lease-holder");
        this.answers = answers;
        this.folder = new LeaseFolder(leaseFolder);
        this.id = id;
        this.returner = returner;
        this.waiter = waiter;
        this.clock = clock;
        this.attempts = attempts;
    }

    /**
     * Guards until the lease has ended.
     *
     * @return {@link LeaseState#RELEASED} also when the lease was never armed, {@link LeaseState#ACTED}, {@link
     *     LeaseState#FAILED}
     */
    public LeaseState run() throws InterruptedException {
        try (LeaseClerk clerk = new LeaseClerk(folder, id, clock)) {
            HolderLines.Line first = holder.next(ARM_LIMIT);
            if (first == null || !first.word().equals("arm")) {
                return LeaseState.RELEASED;
            }
            return armed(first.rest(), clerk);
        } finally {
            ended.countDown();
        }
    }

    /**
     * For a process that is being ended: the guard acts at once, as if its holder had died. Returns when the lease has
     * ended or the patience has. Any thread.
     */
    public void endEarly(Duration patience) throws InterruptedException {
        holder.end();
        boolean unused = ended.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    private LeaseState armed(String request, LeaseClerk clerk) throws InterruptedException {
        Duration length;
        LeaseRecord lease;
        LeaseFolder.@Nullable Held lock = null;
        SourceLock source = new SourceLock(folder, returner, waiter);
        try {
            JsonNode json = LeaseFolder.parse(request);
            length = Duration.ofMillis(json.path("lengthMillis").asLong());
            Watchdog.Action action = LeaseFolder.action(json.path("action"));
            returner.prepare(action);
            folder.create();
            lock = folder.lock(id).orElseThrow(() -> new IOException("lease " + id + " has a guard already"));
            waitUntilOnlyGuardOf(action, source);
            lease = new LeaseRecord(
                    id,
                    json.path("purpose").asText(),
                    action,
                    clock.instant(),
                    clock.instant().plus(length),
                    LeaseState.ARMED,
                    ProcessHandle.current().pid(),
                    0,
                    null);
            folder.publish(lease);
        } catch (IOException | RuntimeException unable) {
            source.close();
            close(lock);
            answer("refused " + Acting.oneLine(String.valueOf(unable.getMessage())));
            return LeaseState.RELEASED;
        }
        try {
            return guard(lease, length, clerk, source);
        } finally {
            source.close();
            close(lock);
        }
    }

    /**
     * Waits for the guard of an earlier lease on the same source. Its holder may be long dead, and a new holder that stopped
     * the source meanwhile would have it started under its hands.
     *
     * @throws IOException also when the holder has gone: then nothing was stopped under this lease
     */
    private void waitUntilOnlyGuardOf(Watchdog.Action action, SourceLock source)
            throws IOException, InterruptedException {
        Optional<String> name = LeaseActions.source(action);
        if (name.isEmpty()) {
            return;
        }
        Deadline deadline = Deadline.after(waiter, SOURCE_PATIENCE);
        while (!source.take(name.get())) {
            if (deadline.passed()) {
                throw new IOException(name.get() + " is guarded by another lease, which has not ended");
            }
            if (holder.next(TICK) != null) {
                throw new IOException("the holder did not wait for " + name.get());
            }
        }
    }

    private LeaseState guard(LeaseRecord armed, Duration length, LeaseClerk clerk, SourceLock source)
            throws InterruptedException {
        LeaseRecord lease = armed;
        Deadline deadline = Deadline.after(waiter, length);
        clerk.log("armed: " + lease.purpose());
        answer("ready " + lease.deadline());
        while (true) {
            Duration left = deadline.remaining();
            HolderLines.Line line = holder.next(left.compareTo(TICK) < 0 ? left : TICK);
            if (deadline.passed()) {
                return act(lease, "the deadline has passed", clerk, source);
            }
            if (line == null) {
                continue;
            }
            if (line.isEnd()) {
                return act(lease, "the holder is gone", clerk, source);
            }
            Optional<Duration> longer = renewal(line);
            if (longer.isPresent()) {
                deadline = Deadline.after(waiter, longer.get());
                lease = lease.until(clock.instant().plus(longer.get()));
                answer("held " + lease.deadline());
                clerk.publishSometime(lease);
            } else if (line.word().equals("commit")) {
                commit(lease, clerk);
            } else if (line.word().equals("release")) {
                return release(lease, clerk);
            } else {
                answer("unknown");
            }
        }
    }

    private LeaseState release(LeaseRecord lease, LeaseClerk clerk) throws InterruptedException {
        // the record first: else a holder that got the answer and a node that reads the folder would disagree
        if (clerk.publish(lease.in(LeaseState.RELEASED), RECORD_PATIENCE) != LeaseClerk.Outcome.DURABLE) {
            clerk.retract(RECORD_PATIENCE);
        }
        clerk.log("released");
        answer("released");
        return LeaseState.RELEASED;
    }

    private void commit(LeaseRecord lease, LeaseClerk clerk) {
        try {
            returner.commit(lease.action(), clerk::log);
            answer("committed");
        } catch (IOException | RuntimeException failure) {
            // what was begun is completed when the source is brought back
            String why = Acting.oneLine(String.valueOf(failure.getMessage() == null ? failure : failure.getMessage()));
            clerk.log("could not commit: " + why);
            answer("unable " + why);
        }
    }

    private LeaseState act(LeaseRecord lease, String why, LeaseClerk clerk, SourceLock source)
            throws InterruptedException {
        Waiter pauses = source.freeBetween(lease.action(), clerk::log);
        return new Acting(returner, pauses, attempts, clerk, this::answer).bringBack(lease, why);
    }

    private void answer(String line) {
        // a holder that is gone doesn't matter: PrintStream keeps the failure to itself
        answers.println(line);
        answers.flush();
    }

    private static Optional<Duration> renewal(HolderLines.Line line) {
        if (!line.word().equals("renew")) {
            return Optional.empty();
        }
        try {
            long millis = Long.parseLong(line.rest());
            return millis > 0 ? Optional.of(Duration.ofMillis(millis)) : Optional.empty();
        } catch (NumberFormatException notANumber) {
            return Optional.empty();
        }
    }

    static void close(LeaseFolder.@Nullable Held lock) {
        if (lock != null) {
            try {
                lock.close();
            } catch (IOException released) {
                // the system releases it with the process at the latest
            }
        }
    }
}
