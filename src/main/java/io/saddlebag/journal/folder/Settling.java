package io.saddlebag.journal.folder;

import io.saddlebag.host.Deadline;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.Waiter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Which files of a folder haven't been changed for a while. One that was changed later than it is, as after a clock was set back, has to be
 * seen unchanged for as long: so it waits no longer than any other. What was seen is forgotten with the process. Thread-safe.
 */
public final class Settling {
    private final Clock clock;
    private final Waiter waiter;
    private final Map<String, Seen> ahead = new HashMap<>();

    private record Seen(String what, Deadline settled) {}

    public Settling(Clock clock, Waiter waiter) {
        this.clock = clock;
        this.waiter = waiter;
    }

    synchronized boolean isSettled(String name, FileStatus status, Duration needed) {
        Instant changed = status.times().modified();
        Instant now = clock.instant();
        if (!changed.isAfter(now)) {
            ahead.remove(name);
            return !changed.plus(needed).isAfter(now);
        }
        String what = status.key() + " " + status.sizeBytes() + " " + changed;
        Seen before = ahead.get(name);
        if (before == null || !before.what().equals(what)) {
            before = new Seen(what, Deadline.after(waiter, needed));
            ahead.put(name, before);
        }
        return before.settled().passed();
    }

    /** Files of other names are gone. */
    synchronized void keep(Set<String> names) {
        ahead.keySet().retainAll(names);
    }
}
