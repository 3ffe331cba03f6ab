package io.saddlebag.scsi.memory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which commands of a simulated drive are hit, and which were. Not thread-safe. */
final class PlannedFaults {
    private final Map<Integer, Map<Integer, TapeFaultKind>> planned = new HashMap<>();
    private final Map<Integer, Integer> counts = new HashMap<>();
    private final List<TapeFaultKind> struck = new ArrayList<>();

    void at(int operation, int n, TapeFaultKind fault) {
        planned.computeIfAbsent(operation, o -> new HashMap<>()).put(n, fault);
    }

    int count(int operation) {
        return counts.getOrDefault(operation, 0);
    }

    /** A command has arrived; what strikes it, if anything. */
    @Nullable
    TapeFaultKind arrived(int operation) {
        int n = counts.merge(operation, 1, Integer::sum);
        TapeFaultKind fault = planned.getOrDefault(operation, Map.of()).get(n);
        if (fault != null) {
            struck.add(fault);
        }
        return fault;
    }

    List<TapeFaultKind> struck() {
        return List.copyOf(struck);
    }
}
