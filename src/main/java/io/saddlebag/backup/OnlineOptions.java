package io.saddlebag.backup;

import java.time.Duration;

/**
 * How long the phases of an online backup may take.
 *
 * @param freeze writes may wait so long for a snapshot; then the guard lets them go on and the job fails (W7)
 * @param lease how long backup mode may last after the job said last that work goes on; then the guard ends it (W20)
 * @param timeout of the engine's own work: the checkpoint when backup mode begins, and what it does when it ends
 */
public record OnlineOptions(Duration freeze, Duration lease, Duration timeout) {
    /** W7. */
    public static final Duration DEFAULT_FREEZE = Duration.ofSeconds(10);

    /** W20: backup mode disturbs nobody, but its end has to come. */
    public static final Duration DEFAULT_LEASE = Duration.ofHours(1);

    /** A checkpoint of a large and busy server takes its time. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(30);

    public static final OnlineOptions DEFAULT = new OnlineOptions(DEFAULT_FREEZE, DEFAULT_LEASE, DEFAULT_TIMEOUT);

    public OnlineOptions {
        for (Duration each : new Duration[] {freeze, lease, timeout}) {
            if (each.isZero() || each.isNegative()) {
                throw new IllegalArgumentException("a limit is longer than " + each);
            }
        }
    }
}
