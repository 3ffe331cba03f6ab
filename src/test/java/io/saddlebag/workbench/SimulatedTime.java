package io.saddlebag.workbench;

import io.saddlebag.host.Waiter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Time that passes only when somebody waits or the test says so. */
public final class SimulatedTime extends Clock implements Waiter {
    private Instant now = Instant.parse("2026-11-21T02:30:00Z");
    private long nanos;
    private Runnable onWait = () -> {};

    public synchronized void pass(Duration duration) {
        now = now.plus(duration);
        nanos += duration.toNanos();
    }

    /** As somebody does who sets the wall clock; no time passes. */
    public synchronized void set(Duration forward) {
        now = now.plus(forward);
    }

    /** Before each wait this happens. */
    public void onWait(Runnable event) {
        onWait = event;
    }

    @Override
    public void await(Duration duration) {
        onWait.run();
        pass(duration);
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
