package io.saddlebag.lease.watchdog;

import io.saddlebag.host.Waiter;
import io.saddlebag.lease.LeaseActions;
import io.saddlebag.lease.LeaseRecord;
import io.saddlebag.lease.LeaseRegister;
import io.saddlebag.lease.LeaseState;
import io.saddlebag.lease.ReturnAttempts;
import io.saddlebag.lease.SourceReturner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads the leases that watchdogs keep in a folder. Thread-safe; safe beside other processes. */
public final class Leases implements LeaseRegister {
    private final LeaseFolder folder;
    private final Waiter waiter;
    private final ReturnAttempts attempts;

    public Leases(Path leaseFolder, Waiter waiter) {
        this(leaseFolder, waiter, ReturnAttempts.DEFAULT);
    }

    public Leases(Path leaseFolder, Waiter waiter, ReturnAttempts attempts) {
        this.folder = new LeaseFolder(leaseFolder);
        this.waiter = waiter;
        this.attempts = attempts;
    }

    @Override
    public List<LeaseRecord> list() throws IOException {
        List<LeaseRecord> leases = new ArrayList<>();
        for (String id : folder.ids()) {
            folder.read(id).ifPresent(leases::add);
        }
        return List.copyOf(leases);
    }

    @Override
    public synchronized List<LeaseRecord> abandoned() throws IOException {
        List<LeaseRecord> abandoned = new ArrayList<>();
        for (LeaseRecord lease : list()) {
            if (!lease.state().owesTheSource()) {
                continue;
            }
            Optional<LeaseFolder.Held> lock = folder.lock(lease.id());
            if (lock.isPresent()) {
                try (LeaseFolder.Held held = lock.get()) {
                    held.requireOpen();
                    // read again: the guard may have finished between the first look and its death
                    folder.read(lease.id())
                            .filter(now -> now.state().owesTheSource())
                            .ifPresent(abandoned::add);
                }
            }
        }
        return List.copyOf(abandoned);
    }

    @Override
    public synchronized List<LeaseRecord> bringBackAbandoned(SourceReturner returner, Consumer<String> log)
            throws IOException, InterruptedException {
        List<LeaseRecord> taken = new ArrayList<>();
        @Nullable IOException first = null;
        for (String id : folder.ids()) {
            try {
                LeaseRecord ended = take(id, returner, log);
                if (ended != null) {
                    taken.add(ended);
                }
            } catch (IOException unreadable) {
                // one broken record must not keep the other sources down
                log.accept("lease " + id + ": " + unreadable.getMessage());
                if (first == null) {
                    first = unreadable;
                } else {
                    first.addSuppressed(unreadable);
                }
            }
        }
        if (first != null) {
            throw first;
        }
        return List.copyOf(taken);
    }

    private @Nullable LeaseRecord take(String id, SourceReturner returner, Consumer<String> log)
            throws IOException, InterruptedException {
        Optional<LeaseRecord> seen = folder.read(id);
        if (seen.isEmpty() || !seen.get().state().owesTheSource()) {
            return null;
        }
        Optional<LeaseFolder.Held> lock = folder.lock(id);
        if (lock.isEmpty()) {
            return null;
        }
        try (LeaseFolder.Held held = lock.get()) {
            held.requireOpen();
            LeaseRecord lease = folder.read(id).orElse(null);
            if (lease == null || !lease.state().owesTheSource()) {
                return null;
            }
            return bringBack(lease, returner, log);
        }
    }

    /** Not while another lease on the same source is guarded: its holder has stopped the source for something of its own. */
    private @Nullable LeaseRecord bringBack(LeaseRecord lease, SourceReturner returner, Consumer<String> log)
            throws IOException, InterruptedException {
        Optional<String> source = LeaseActions.source(lease.action());
        if (source.isEmpty()) {
            return bringBackNow(lease, returner, log);
        }
        Optional<LeaseFolder.Held> lock = folder.lockSource(source.get());
        if (lock.isEmpty()) {
            log.accept("lease " + lease.id() + " (" + lease.purpose()
                    + ") has lost its guard, and another lease guards " + source.get() + " now: left to a later start");
            return null;
        }
        try (LeaseFolder.Held held = lock.get()) {
            held.requireOpen();
            return bringBackNow(lease, returner, log);
        }
    }

    private LeaseRecord bringBackNow(LeaseRecord lease, SourceReturner returner, Consumer<String> log)
            throws IOException, InterruptedException {
        log.accept("lease " + lease.id() + " (" + lease.purpose() + ") has lost its guard: bringing the source back");
        LeaseRecord acting = lease.in(LeaseState.ACTING);
        folder.publish(acting);
        LeaseRecord ended = attempts.carryOut(acting, prepared(returner), waiter, log, failed -> {});
        folder.publish(ended);
        return ended;
    }

    /** An action that this node can't prepare for is a failed attempt like any other, and becomes an alarm. */
    private static SourceReturner prepared(SourceReturner returner) {
        return new SourceReturner() {
            @Override
            public void prepare(io.saddlebag.lease.Watchdog.Action action) throws IOException {
                returner.prepare(action);
            }

            @Override
            public void bringBack(io.saddlebag.lease.Watchdog.Action action, Consumer<String> log)
                    throws IOException, InterruptedException {
                returner.prepare(action);
                returner.bringBack(action, log);
            }
        };
    }
}
