package io.saddlebag.journal;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How often passes are made, and when no more are (J4). Facts in, decisions out; no clock.
 *
 * @param continuous whether there is more than one pass
 * @param passes so many that backed something up end it; null for no such end
 * @param until no pass begins then or later; null for no such end
 * @param interval between the end of a cycle and the beginning of the next; zero for none
 */
public record JournalSchedule(
        boolean continuous, @Nullable Long passes, @Nullable Instant until, Duration interval) {
    public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(60);

    /** A single pass. */
    public static final JournalSchedule ONCE = new JournalSchedule(false, 1L, null, Duration.ZERO);

    private static final int LATE_INTERVALS = 3;
    private static final Duration LATE = Duration.ofMinutes(2);

    public JournalSchedule {
        if (interval.isNegative() || (passes != null && passes < 1)) {
            throw new IllegalArgumentException("no schedule has " + passes + " passes and an interval of " + interval);
        }
    }

    /** What isn't backed up after so long is late (J27), where nobody says another time. */
    public Duration lateAfter() {
        return interval.multipliedBy(LATE_INTERVALS).plus(LATE);
    }

    /** @param done passes that backed something up */
    public boolean ended(long done, Instant now) {
        boolean enough = passes != null && done >= passes;
        boolean late = until != null && !now.isBefore(until);
        return enough || late;
    }

    /** How long to wait after a cycle; no longer than to the end. */
    public Duration pause(Instant now) {
        return pause(interval, now);
    }

    /** As {@link #pause(Instant)}, where another time is wanted. */
    public Duration pause(Duration wanted, Instant now) {
        if (until == null) {
            return wanted;
        }
        Duration left = Duration.between(now, until);
        Duration shorter = left.compareTo(wanted) < 0 ? left : wanted;
        return shorter.isNegative() ? Duration.ZERO : shorter;
    }
}
