package io.saddlebag.backup;

import io.saddlebag.database.BackupEnd;
import io.saddlebag.database.SharedInstant;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Waiter;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The databases of a job that are, or were, in backup mode; frozen in their order, thawed in the reverse (W6, W23). */
final class OnlineModes implements HeldSnapshot.Stillness {
    private final Map<String, OnlineMode> modes = new LinkedHashMap<>();
    private final Waiter waiter;
    private long frozenMillis;
    private Duration limit = Duration.ZERO;
    private long frozenSinceNanos;
    private boolean shared;

    OnlineModes(Waiter waiter) {
        this.waiter = waiter;
    }

    /** They, or some of them and others that are stopped, are to have one recovery point (W23). */
    void share() {
        shared = true;
    }

    boolean areShared() {
        return shared;
    }

    void add(OnlineMode mode) {
        modes.put(mode.database().name(), mode);
    }

    Optional<OnlineMode> of(String database) {
        return Optional.ofNullable(modes.get(database));
    }

    boolean isEmpty() {
        return modes.isEmpty();
    }

    /** The shortest of theirs; empty without any. */
    Optional<Duration> freezeLimit() {
        return modes.values().stream().map(OnlineMode::freezeLimit).min(Comparator.naturalOrder());
    }

    /** By database, for how long its writes waited in the last freeze, in milliseconds. */
    Map<String, Long> frozenMillisEach() {
        Map<String, Long> each = new LinkedHashMap<>();
        modes.forEach((name, mode) -> each.put(name, mode.frozenMillis()));
        return each;
    }

    /** For how long writes waited in the last freeze, at most: those of the first wait for all others. */
    long frozenMillis() {
        return frozenMillis;
    }

    /** From when on all engines that hold writes held them; empty when none does. */
    Optional<Instant> heldFrom() {
        return modes.values().stream()
                .map(OnlineMode::heldFrom)
                .filter(Objects::nonNull)
                .max(Comparator.naturalOrder());
    }

    /** Until when all of them did. */
    Optional<Instant> heldUntil() {
        return modes.values().stream()
                .map(OnlineMode::heldUntil)
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder());
    }

    @Override
    public void begin() throws IOException, InterruptedException {
        for (OnlineMode mode : modes.values()) {
            // of all of them, so that none waits for another's
            mode.prepareFreeze();
        }
        frozenSinceNanos = waiter.nanos();
        limit = freezeLimit().orElse(Duration.ZERO);
        Duration left = limit;
        for (OnlineMode mode : modes.values()) {
            requireTime(left, mode);
            // what the ones before have taken is gone for all: writes to the first wait until the last is thawed
            if (shared) {
                mode.freezeWithOthers(left);
            } else {
                mode.freeze(left);
            }
            left = left();
        }
    }

    private Duration left() {
        return limit.minusNanos(waiter.nanos() - frozenSinceNanos);
    }

    private void requireTime(Duration left, OnlineMode next) throws BackupException {
        if (left.isZero() || left.isNegative()) {
            throw modes.values()
                    .iterator()
                    .next()
                    .tooLong(
                            "that was over before it was the turn of "
                                    + next.database().name(),
                            null);
        }
    }

    /** Where the end of backup mode decides what a copy is of, that is now, while no other one's instant has passed. */
    @Override
    public void taken() throws IOException, InterruptedException {
        for (OnlineMode mode : newestFirst()) {
            if (shared && mode.isOn() && mode.writer().sharedInstant() == SharedInstant.END) {
                if (modes.values().stream().anyMatch(OnlineMode::writesWait)) {
                    Duration left = left();
                    requireTime(left, mode);
                    BackupEnd unused = mode.endWithin(left);
                } else {
                    BackupEnd unused = mode.end();
                }
            }
        }
    }

    /** All of them thaw, whatever one of them says. */
    @Override
    public void end() throws IOException, InterruptedException {
        @Nullable Exception first = null;
        frozenMillis = 0;
        for (OnlineMode mode : newestFirst()) {
            try {
                frozenMillis = Math.max(frozenMillis, mode.thaw());
            } catch (IOException | InterruptedException | RuntimeException e) {
                first = joined(first, e);
            }
        }
        raise(first);
    }

    void renew() throws IOException {
        for (OnlineMode mode : modes.values()) {
            mode.renew();
        }
    }

    /** All of them end, whatever one of them says; to no effect for those that have ended. */
    void close() throws IOException {
        @Nullable Exception first = null;
        for (OnlineMode mode : newestFirst()) {
            try {
                mode.close();
            } catch (IOException | RuntimeException e) {
                first = joined(first, e);
            }
        }
        try {
            raise(first);
        } catch (InterruptedException never) {
            throw new IllegalStateException(never);
        }
    }

    private List<OnlineMode> newestFirst() {
        List<OnlineMode> all = new ArrayList<>(modes.values());
        Collections.reverse(all);
        return all;
    }

    private static Exception joined(@Nullable Exception first, Exception next) {
        if (first == null) {
            return next;
        }
        first.addSuppressed(next);
        return first;
    }

    private static void raise(@Nullable Exception first) throws IOException, InterruptedException {
        if (first instanceof IOException io) {
            throw io;
        }
        if (first instanceof InterruptedException interrupted) {
            throw interrupted;
        }
        if (first instanceof RuntimeException mistake) {
            throw mistake;
        }
    }
}
