package io.saddlebag.lease;

import io.saddlebag.host.Waiter;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings a source back with patience: a database that doesn't start at once often does a minute later, and nobody else is
 * left to try.
 *
 * @param most attempts before it becomes an alarm
 * @param firstPause doubled after each failure
 * @param longestPause no pause is longer
 */
public record ReturnAttempts(int most, Duration firstPause, Duration longestPause) {
    /** About a quarter of an hour in all. */
    public static final ReturnAttempts DEFAULT = new ReturnAttempts(20, Duration.ofSeconds(1), Duration.ofMinutes(1));

    public ReturnAttempts {
        if (most < 1) {
            throw new IllegalArgumentException("at least one attempt, not " + most);
        }
    }

    /**
     * Returns the record as it is after the last attempt: {@link LeaseState#ACTED} or {@link LeaseState#FAILED}.
     *
     * @param after is told of each failed attempt before the pause
     */
    public LeaseRecord carryOut(
            LeaseRecord lease,
            SourceReturner returner,
            Waiter waiter,
            Consumer<String> log,
            Consumer<LeaseRecord> after)
            throws InterruptedException {
        LeaseRecord now = lease;
        Duration pause = firstPause;
        for (int attempt = 1; ; attempt++) {
            String error = attempt(now, returner, log);
            now = now.attempted(error);
            if (error == null) {
                return now.in(LeaseState.ACTED);
            }
            log.accept("attempt " + attempt + " of " + most + " failed: " + error);
            if (attempt == most) {
                return now.in(LeaseState.FAILED);
            }
            after.accept(now);
            waiter.await(pause);
            Duration doubled = pause.multipliedBy(2);
            pause = doubled.compareTo(longestPause) < 0 ? doubled : longestPause;
        }
    }

    private static @Nullable String attempt(LeaseRecord lease, SourceReturner returner, Consumer<String> log)
            throws InterruptedException {
        try {
            returner.bringBack(lease.action(), log);
            return null;
        } catch (IOException | RuntimeException failure) {
            // a mistake in one attempt must not end the only process that can bring the source back
            return String.valueOf(failure.getMessage() == null ? failure : failure.getMessage());
        }
    }
}
