package io.saddlebag.backup;

import io.saddlebag.volume.FoundSection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which of an image's sections count. A backup that goes on from a checkpoint writes anew what came behind it, under the same
 * numbers; what had been written before is dead (D6).
 */
final class WrittenOrder {
    /** Volumes of a set are filled one after another, and ids of sets grow. */
    private static final Comparator<FoundSection> WRITTEN = Comparator.comparing(
                    (FoundSection section) -> section.label().at().set().value())
            .thenComparingInt(section -> section.label().at().sequence())
            .thenComparingInt(section -> section.label().fileNumber());

    private WrittenOrder() {}

    /** @return by lane and number, of each number the one that was written last, and none that was written before its predecessor */
    static List<FoundSection> counting(List<FoundSection> found) {
        Map<Integer, Map<Integer, FoundSection>> lanes = new TreeMap<>();
        for (FoundSection section : found) {
            lanes.computeIfAbsent(section.label().lane().number(), lane -> new TreeMap<>())
                    .merge(section.label().section(), section, (a, b) -> WRITTEN.compare(a, b) > 0 ? a : b);
        }
        List<FoundSection> counting = new ArrayList<>();
        for (Map<Integer, FoundSection> lane : lanes.values()) {
            FoundSection before = null;
            for (FoundSection section : lane.values()) {
                if (before != null && WRITTEN.compare(before, section) > 0) {
                    break;
                }
                counting.add(section);
                before = section;
            }
        }
        return counting;
    }
}
