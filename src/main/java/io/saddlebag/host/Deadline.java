package io.saddlebag.host;

import java.time.Duration;

/** A point on a waiter's monotonic clock; the wall clock may jump meanwhile. Thread-safe when its waiter is. */
public final class Deadline {
    private final Waiter waiter;
    private final long endNanos;

    private Deadline(Waiter waiter, long endNanos) {
        this.waiter = waiter;
        this.endNanos = endNanos;
    }

    public static Deadline after(Waiter waiter, Duration length) {
        return new Deadline(waiter, waiter.nanos() + length.toNanos());
    }

    /** Zero when it has passed. */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, endNanos - waiter.nanos()));
    }

    public boolean passed() {
        return endNanos - waiter.nanos() <= 0;
    }

    /** Waits for the length or to the deadline, whichever is nearer. */
    public void await(Duration length) throws InterruptedException {
        Duration left = remaining();
        waiter.await(length.compareTo(left) < 0 ? length : left);
    }
}
