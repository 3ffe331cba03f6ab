package io.saddlebag.recoverability;

import java.util.List;
import java.util.Locale;

/**
 * To which points something can be recovered (C11).
 *
 * @param kind {@code database} or {@code dataset}
 * @param intervals by incarnation, then by time
 * @param remarks what could not be told, and therefore counts against what can be recovered; a sentence each
 * @param lost what there would be beside them if nothing were gone; empty when nothing was taken to be gone
 */
public record Recoverable(String name, String kind, List<Interval> intervals, List<String> remarks, List<Lost> lost) {
    public Recoverable {
        intervals = List.copyOf(intervals);
        remarks = List.copyOf(remarks);
        lost = List.copyOf(lost);
    }

    static Recoverable of(Known known, Without without) {
        List<Interval> left = Intervals.of(known, without);
        List<Lost> lost = without.isNothing() ? List.of() : Lost.between(Intervals.of(known, Without.NOTHING), left);
        return new Recoverable(known.name(), known.kind().name().toLowerCase(Locale.ROOT), left, known.remarks(), lost);
    }
}
