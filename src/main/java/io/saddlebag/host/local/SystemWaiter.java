package io.saddlebag.host.local;

import io.saddlebag.host.Waiter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Real time. Thread-safe. */
public final class SystemWaiter implements Waiter {
    @Override
    public void await(Duration duration) throws InterruptedException {
        if (duration.isNegative() || duration.isZero()) {
            if (Thread.interrupted()) {
                throw new InterruptedException("asked to stop before waiting");
            }
            return;
        }
        TimeUnit.NANOSECONDS.sleep(duration.toNanos());
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }
}
