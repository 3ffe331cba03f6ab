package io.saddlebag.cli;

import io.saddlebag.journal.JournalSchedule;
import io.saddlebag.quantity.Durations;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a command does whose passes follow each other when one fails (J4), or hangs (J27). */
final class WatchArguments {
    @Option(
            names = "--end-on-failure",
            description =
                    "Of continuous backup: end with the first pass that fails, instead of telling it and trying again.")
    boolean endOnFailure;

    @Option(
            names = "--stalled-after",
            paramLabel = "DURATION",
            description =
                    "Of continuous backup: tell when something was written to the journals so long ago and isn't backed up, e.g. 10m."
                            + " Default: three intervals and two minutes.")
    @Nullable
    String stalledAfter;

    /** @param option without which there are no such passes, and which wasn't given */
    void refuseWithout(String option) {
        if (stalledAfter != null || endOnFailure) {
            throw new IllegalArgumentException(
                    "--stalled-after and --end-on-failure belong to " + option + ", which was not given");
        }
    }

    /** What was written so long ago is late. */
    Duration limit(JournalSchedule schedule) {
        Duration limit = stalledAfter == null ? schedule.lateAfter() : Durations.parse(stalledAfter);
        if (limit.isZero()) {
            throw new IllegalArgumentException("--stalled-after can't be " + stalledAfter
                    + ": everything would be late at once; valid are 90s, 5m, 1h30m");
        }
        return limit;
    }
}
