package io.saddlebag.backup;

import io.saddlebag.quantity.ByteCount;
import org.jspecify.annotations.Nullable;

/**
 * How a backup deals with interruptions (D6).
 *
 * @param interval between checkpoints, at least; null for the node's
 */
public record RestartOptions(Repeat repeat, @Nullable ByteCount interval) {
    public static final RestartOptions DEFAULT = new RestartOptions(Repeat.GOES_ON, null);

    /** @throws IllegalArgumentException for an interval of nothing */
    public RestartOptions {
        if (interval != null && interval.bytes() == 0) {
            throw new IllegalArgumentException("a checkpoint interval of 0 bytes; valid is 1 byte or more");
        }
    }

    /** @param interval as people write it; empty for the node's */
    public static RestartOptions parse(boolean goesOn, String interval) {
        return new RestartOptions(
                goesOn ? Repeat.GOES_ON : Repeat.STARTS_OVER, interval.isBlank() ? null : ByteCount.parse(interval));
    }

    /** What the repeat of an interrupted backup does. */
    public enum Repeat {
        GOES_ON,
        STARTS_OVER
    }
}
