package io.saddlebag.journal.watch;

import io.saddlebag.journal.watch.GovernorStep.Measure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which measures are taken, in declared order, for what is forecast (J26). Facts in, decisions out. */
final class MeasureBook {
    private final List<GovernorStep> steps;
    private final Set<Measure> taken = EnumSet.noneOf(Measure.class);

    /** A measure that begins or ends. */
    record Change(Measure measure, boolean begins) {}

    MeasureBook(List<GovernorStep> steps) {
        this.steps = GovernorStep.inOrder(steps);
    }

    /** @param full empty when it doesn't fill up */
    List<Change> decide(Optional<Duration> full) {
        List<Change> changes = new ArrayList<>();
        for (GovernorStep step : steps) {
            boolean due = full.isPresent() && full.get().compareTo(step.within()) <= 0;
            boolean over = full.isEmpty()
                    || full.get().compareTo(step.within().plus(step.within().dividedBy(2))) > 0;
            if (due && taken.add(step.measure())) {
                changes.add(new Change(step.measure(), true));
            } else if (over && taken.remove(step.measure())) {
                changes.add(new Change(step.measure(), false));
            }
        }
        return changes;
    }

    boolean isTaken(Measure measure) {
        return taken.contains(measure);
    }
}
