package io.saddlebag.lease.watchdog;

import com.fasterxml.jackson.databind.JsonNode;
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
 * The life of one deputy: it waits for the lock that the guard of its lease holds, and so learns from the operating system, at
 * once, when that is dead. A lease that still owes its source then is carried out here; of one that has ended the deputy only
 * notices the end. It counts no time, and outlives the holder, who talks to it line by line:
 *
 * <pre>
 * arm {"action":{"kind":..,"facts":{..}}}      ready | refused WHY
 * watch                                        watching | unable WHY
 * release                                      released
 * (the guard has died)                         acting, then acted ok | acted failed WHY
 * </pre>
 *
 * <p>One thread decides, so a release and the guard's death can't both win.
 */
public final class DeputyLoop {
    /** How long the holder may take to say what it wants, before anything was frozen. */
    private static final Duration ARM_LIMIT = Duration.ofMinutes(2);

    private static final Duration FOREVER = Duration.ofDays(365);
    /** What the waiting thread says, among the holder's lines; the holder never does. */
    private static final String GUARD_ENDED = "the-guard-has-ended";

    private static final String UNWATCHABLE = "the-guard-can-not-be-watched";

    private final HolderLines holder;
    private final PrintStream answers;
    private final LeaseFolder folder;
    private final String id;
    private final SourceReturner returner;
    private final Waiter waiter;
    private final Clock clock;
    private final ReturnAttempts attempts;
    private final CountDownLatch ended = new CountDownLatch(1);

    /** As those of {@link WatchdogLoop}. */
    public DeputyLoop(
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
     * Stands by until the lease has ended, by whomever.
     *
     * @return as {@link WatchdogLoop#run}; {@link LeaseState#RELEASED} when there was nothing to do
     */
    public LeaseState run() throws InterruptedException {
        try (LeaseClerk clerk = new LeaseClerk(folder, id, clock)) {
            HolderLines.Line first = holder.next(ARM_LIMIT);
            if (first == null || !first.word().equals("arm")) {
                return LeaseState.RELEASED;
            }
            Watchdog.Action action;
            try {
                JsonNode json = LeaseFolder.parse(first.rest());
                action = LeaseFolder.action(json.path("action"));
                returner.prepare(action);
            } catch (IOException | RuntimeException unable) {
                answer("refused " + Acting.oneLine(String.valueOf(unable.getMessage())));
                return LeaseState.RELEASED;
            }
            answer("ready");
            HolderLines.Line second = holder.next(ARM_LIMIT);
            if (second == null || !second.word().equals("watch")) {
                // nothing is frozen before there was an answer to it
                return LeaseState.RELEASED;
            }
            return watch(action, clerk);
        } finally {
            ended.countDown();
        }
    }

    /** For a process that is being ended: stays as long as the lease does, or the patience. Any thread. */
    public void stay(Duration patience) throws InterruptedException {
        boolean unused = ended.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    private LeaseState watch(Watchdog.Action action, LeaseClerk clerk) throws InterruptedException {
        Optional<String> name = LeaseActions.source(action);
        try (LeaseFolder.Awaited guard = folder.awaited(id);
                LeaseFolder.Awaited source = name.isPresent() ? folder.awaitedSource(name.get()) : null) {
            Thread waiting = new Thread(() -> awaitEnd(guard), "lease-deputy");
            waiting.setDaemon(true);
            waiting.start();
            clerk.log("a deputy watches the guard");
            answer("watching");
            while (true) {
                HolderLines.Line line = holder.next(FOREVER);
                String word = line == null ? "" : line.word();
                if (word.equals("release")) {
                    answer("released");
                    return LeaseState.RELEASED;
                }
                if (word.equals(UNWATCHABLE)) {
                    answer("unable " + word);
                    return LeaseState.FAILED;
                }
                if (word.equals(GUARD_ENDED)) {
                    return standIn(source, clerk);
                }
                // a holder that is gone leaves the guard to act
            }
        } catch (IOException unable) {
            answer("unable " + Acting.oneLine(String.valueOf(unable.getMessage())));
            return LeaseState.FAILED;
        }
    }

    private void awaitEnd(LeaseFolder.Awaited guard) {
        try {
            guard.take();
            holder.add(GUARD_ENDED);
        } catch (IOException | RuntimeException unable) {
            holder.add(UNWATCHABLE);
        }
    }

    private LeaseState standIn(LeaseFolder.@Nullable Awaited source, LeaseClerk clerk)
            throws IOException, InterruptedException {
        if (lease().isEmpty()) {
            return LeaseState.RELEASED;
        }
        if (source != null) {
            // another lease's guard may have it, whose holder has stopped the source for something of its own
            source.take();
        }
        Optional<LeaseRecord> lease = lease();
        if (lease.isEmpty()) {
            return LeaseState.RELEASED;
        }
        return new Acting(returner, waiter, attempts, clerk, this::answer)
                .bringBack(lease.get(), "the guard is dead, its deputy stands in");
    }

    /** Empty when it owes nothing. */
    private Optional<LeaseRecord> lease() throws IOException {
        return folder.read(id).filter(lease -> lease.state().owesTheSource());
    }

    private void answer(String line) {
        // a holder that is gone doesn't matter: PrintStream keeps the failure to itself
        answers.println(line);
        answers.flush();
    }
}
