package io.saddlebag.library.scsi;

import io.saddlebag.host.Waiter;
import java.time.Duration;

/** Time passes only when somebody waits. */
public final class QuickWaiter implements Waiter {
    private long nanos;

    @Override
    public synchronized void await(Duration duration) {
        nanos += duration.toNanos();
    }

    @Override
    public synchronized long nanos() {
        return nanos;
    }
}
