package io.saddlebag.journal.watch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What is done when a disk will be full within a time (J26).
 *
 * @param within at that or less it is done; it ends when there is half as much again
 */
public record GovernorStep(Measure measure, Duration within) {
    /** In the order of what they cost. */
    public enum Measure {
        /** Backup files go to a second target. */
        SPILL,
        /** Operators are told. */
        WARN,
        /** Commits wait a little for their copy. */
        THROTTLE,
        /** The oldest journals are deleted without a backup, each a gap. */
        DROP;

        public String display() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** @throws IllegalArgumentException when a later step would be taken before an earlier one, or one is there twice */
    public static List<GovernorStep> inOrder(List<GovernorStep> steps) {
        List<GovernorStep> checked = new ArrayList<>();
        for (GovernorStep step : steps) {
            if (step.within().isZero() || step.within().isNegative()) {
                throw new IllegalArgumentException(
                        step.measure().display() + " is never taken within " + step.within());
            }
            for (GovernorStep before : checked) {
                if (before.measure() == step.measure()) {
                    throw new IllegalArgumentException(step.measure().display() + " is declared twice");
                }
                if (step.within().compareTo(before.within()) > 0) {
                    throw new IllegalArgumentException(step.measure().display() + " within "
                            + step.within() + " is declared after "
                            + before.measure().display() + " within "
                            + before.within() + ": the last step is the one for the shortest time");
                }
            }
            checked.add(step);
        }
        return List.copyOf(checked);
    }
}
