package io.saddlebag.app.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.saddlebag.journal.watch.GovernorStep;
import io.saddlebag.quantity.Durations;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is done before the disk of journals is full (J26).
 *
 * @param disk a path on it, relative to the home folder; null for the journals' folder
 * @param spillTo the disk pool for {@code spill}; null without that step
 * @param steps in declared order
 */
public record GovernorConfig(
        @Nullable String disk, @Nullable String spillTo, List<GovernorStep> steps) {
    /** One line of {@code steps}: exactly one measure, with its time. */
    public record Step(
            @JsonProperty("spill") @Nullable String spill,
            @JsonProperty("warn") @Nullable String warn,
            @JsonProperty("throttle") @Nullable String throttle,
            @JsonProperty("drop") @Nullable String drop) {
        private GovernorStep value() {
            List<GovernorStep> said = new ArrayList<>();
            add(said, GovernorStep.Measure.SPILL, spill);
            add(said, GovernorStep.Measure.WARN, warn);
            add(said, GovernorStep.Measure.THROTTLE, throttle);
            add(said, GovernorStep.Measure.DROP, drop);
            if (said.size() != 1) {
                throw new IllegalArgumentException(
                        "each of 'steps' is one of spill, warn, throttle and drop with its time, as in '- warn: 4h'");
            }
            return said.get(0);
        }

        private static void add(List<GovernorStep> said, GovernorStep.Measure measure, @Nullable String within) {
            if (within != null) {
                said.add(new GovernorStep(measure, Durations.parse(within)));
            }
        }
    }

    public GovernorConfig(
            @JsonProperty("disk") @Nullable String disk,
            @JsonProperty("steps") @Nullable List<Step> steps,
            @JsonProperty("spillTo") @Nullable String spillTo) {
        this(disk, spillTo, GovernorStep.inOrder(values(steps)));
        boolean spills = has(GovernorStep.Measure.SPILL);
        if (spills != (spillTo != null)) {
            throw new IllegalArgumentException("'spillTo' names the pool of step 'spill': both or none");
        }
    }

    private static List<GovernorStep> values(@Nullable List<Step> steps) {
        if (steps == null || steps.isEmpty()) {
            throw new IllegalArgumentException("option 'steps' is missing or misspelt");
        }
        return steps.stream().map(Step::value).toList();
    }

    boolean has(GovernorStep.Measure measure) {
        return steps.stream().anyMatch(step -> step.measure() == measure);
    }
}
