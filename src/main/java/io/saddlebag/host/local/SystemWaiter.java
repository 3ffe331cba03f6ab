package io.saddlebag.host.local;

import io.saddlebag.host.Waiter;
import java.time.Duration;

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
        long millis = duration.toMillis();
        Thread.sleep(millis, duration.minusMillis(millis).getNano());
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }
}
