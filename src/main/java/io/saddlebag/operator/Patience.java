package io.saddlebag.operator;

import io.saddlebag.host.Deadline;
import io.saddlebag.host.Waiter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How long a job waits for people, over all of its requests; it begins with the first. Thread-safe. */
final class Patience {
    private final Waiter waiter;
    private final Duration length;
    private @Nullable Deadline end;

    Patience(Waiter waiter, Duration length) {
        this.waiter = waiter;
        this.length = length;
    }

    Duration length() {
        return length;
    }

    synchronized Deadline end() {
        Deadline known = end == null ? Deadline.after(waiter, length) : end;
        end = known;
        return known;
    }
}
