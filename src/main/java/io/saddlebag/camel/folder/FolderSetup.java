package io.saddlebag.camel.folder;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/**
 * What a {@link RouteFolder} works with.
 *
 * @param quiet a new, changed or deleted file is taken when it hasn't changed for so long
 * @param interval from the end of one look at the folder to the next
 * @param stopTimeout how long a route may take to stop before the swap is put off; nothing is cut off by it
 * @param retryAfter when a route that could be built but not started, and replaces nothing, is tried again
 */
public record FolderSetup(
        Path folder,
        RouteFiles files,
        ScratchContextFactory contexts,
        Clock clock,
        Duration quiet,
        Duration interval,
        Duration stopTimeout,
        Duration retryAfter) {
    /** Longer than an editor or a copy takes from one write to the next. */
    public static final Duration DEFAULT_QUIET = Duration.ofSeconds(2);

    public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(1);
    public static final Duration DEFAULT_STOP_TIMEOUT = Duration.ofSeconds(10);
    public static final Duration DEFAULT_RETRY_AFTER = Duration.ofSeconds(30);

    public FolderSetup {
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("the interval " + interval + " between two looks isn't positive");
        }
        if (quiet.isNegative() || stopTimeout.isNegative() || retryAfter.isNegative()) {
            throw new IllegalArgumentException(
                    "a duration is negative: " + quiet + ", " + stopTimeout + ", " + retryAfter);
        }
    }

    /** With the default times. */
    public static FolderSetup of(Path folder, RouteFiles files, ScratchContextFactory contexts, Clock clock) {
        return new FolderSetup(
                folder,
                files,
                contexts,
                clock,
                DEFAULT_QUIET,
                DEFAULT_INTERVAL,
                DEFAULT_STOP_TIMEOUT,
                DEFAULT_RETRY_AFTER);
    }

    public FolderSetup withQuiet(Duration other) {
        return new FolderSetup(folder, files, contexts, clock, other, interval, stopTimeout, retryAfter);
    }

    public FolderSetup withInterval(Duration other) {
        return new FolderSetup(folder, files, contexts, clock, quiet, other, stopTimeout, retryAfter);
    }
}
