package io.saddlebag.job;

import io.saddlebag.host.Waiter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Time that passes only when somebody waits or the test says so; each wait may have something happen first. */
final class ManualTime extends Clock implements Waiter {
    Instant now = Instant.parse("2026-11-21T02:30:00.123Z");
    long nanos = Long.MAX_VALUE - 1;
    int waits;
    Event onWait = waits -> {};

    interface Event {
        void happens(int waits) throws Exception;
    }

    @Override
    public void await(Duration duration) throws InterruptedException {
        pass(duration);
        waits++;
        try {
            onWait.happens(waits);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    void pass(Duration duration) {
        now = now.plus(duration);
        nanos += duration.toNanos();
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public Instant instant() {
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
