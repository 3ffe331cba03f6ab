package io.saddlebag.host;

import java.time.Duration;

/** Lets time pass. The simulator's waiter moves its clock instead of sleeping. */
public interface Waiter {
    /** @throws InterruptedException when the thread is asked to stop; the caller ends its work */
    void await(Duration duration) throws InterruptedException;

    /** A monotonic reading in nanoseconds, for measuring durations only; unrelated to the wall clock. */
    long nanos();
}
