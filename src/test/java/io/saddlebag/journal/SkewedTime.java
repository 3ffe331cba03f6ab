package io.saddlebag.journal;

import io.saddlebag.host.Waiter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Time that passes when somebody waits or says so, and a clock that can be set back while it does. */
public final class SkewedTime extends Clock implements Waiter {
    private Instant now = Instant.parse("2026-10-25T00:30:00Z");
    private long nanos;
    /** Happens while somebody waits. */
    public Runnable onWait = () -> {};

    public synchronized void pass(long seconds) {
        now = now.plusSeconds(seconds);
        nanos += Duration.ofSeconds(seconds).toNanos();
    }

    public synchronized void setBack(long seconds) {
        now = now.minusSeconds(seconds);
    }

    @Override
    public void await(Duration duration) {
        pass(Math.max(1, duration.toSeconds()));
        onWait.run();
    }

    @Override
    public synchronized long nanos() {
        return nanos;
    }

    @Override
    public synchronized Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
