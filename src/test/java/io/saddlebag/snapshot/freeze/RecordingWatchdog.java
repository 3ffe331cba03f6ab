package io.saddlebag.snapshot.freeze;

import io.saddlebag.fault.BackupException;
import io.saddlebag.lease.LeaseFault;
import io.saddlebag.lease.QuiesceLease;
import io.saddlebag.lease.Watchdog;
import java.time.Duration;
import java.util.List;

/** A guard that writes down what is asked of it. */
final class RecordingWatchdog implements Watchdog {
    /** What the guard says when its lease is released. */
    enum Mood {
        FAITHFUL,
        ACTED_BEFORE,
        UNREACHABLE,
        REFUSES_TO_ARM
    }

    private final List<String> events;
    private final Mood mood;

    RecordingWatchdog(List<String> events, Mood mood) {
        this.events = events;
        this.mood = mood;
    }

    @Override
    public QuiesceLease arm(String purpose, Action action, Duration length) throws BackupException {
        if (mood == Mood.REFUSES_TO_ARM) {
            throw new BackupException(LeaseFault.NO_WATCHDOG, "no guard", "Start it.");
        }
        events.add("arm " + action.kind() + " " + action.facts() + " for " + length);
        return new QuiesceLease() {
            private boolean released;

            @Override
            public String id() {
                return "lease";
            }

            @Override
            public void renew(Duration more) {
                events.add("renew for " + more);
            }

            @Override
            public void commit() {
                events.add("commit");
            }

            @Override
            public boolean release() throws BackupException {
                if (mood == Mood.UNREACHABLE) {
                    throw new BackupException(LeaseFault.LOST, "the guard can't be reached", "Look after the source.");
                }
                events.add("release");
                released = true;
                return mood != Mood.ACTED_BEFORE;
            }

            @Override
            public void close() {
                if (!released) {
                    events.add("left to the guard");
                }
            }
        };
    }
}
