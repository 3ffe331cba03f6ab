package io.saddlebag.recoverability;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Instants to which something could be recovered and no more can.
 *
 * @param fromKept whether {@code from} itself is still reached, so that it is lost from just behind it on
 * @param toKept whether {@code to} itself is still reached
 */
public record Lost(long incarnation, Instant from, boolean fromKept, Instant to, boolean toKept) {
    /** What the one has and the other hasn't, by incarnation, then by time. */
    static List<Lost> between(List<Interval> before, List<Interval> after) {
        List<Lost> all = new ArrayList<>();
        for (Interval each : before) {
            List<Interval> kept = after.stream()
                    .filter(left -> left.incarnation() == each.incarnation())
                    .filter(left ->
                            !left.to().isBefore(each.from()) && !left.from().isAfter(each.to()))
                    .toList();
            all.addAll(without(each, kept));
        }
        return all;
    }

    /** @param kept in order, each of them meeting it */
    private static List<Lost> without(Interval whole, List<Interval> kept) {
        List<Lost> all = new ArrayList<>();
        Instant from = whole.from();
        boolean fromKept = false;
        for (Interval each : kept) {
            if (each.from().isAfter(from)) {
                all.add(new Lost(whole.incarnation(), from, fromKept, each.from(), true));
            }
            from = each.to().isAfter(from) ? each.to() : from;
            fromKept = true;
        }
        if (from.isBefore(whole.to()) || !fromKept) {
            all.add(new Lost(whole.incarnation(), from, fromKept, whole.to(), false));
        }
        return all;
    }

    public boolean has(Instant instant) {
        boolean after = fromKept ? instant.isAfter(from) : !instant.isBefore(from);
        boolean before = toKept ? instant.isBefore(to) : !instant.isAfter(to);
        return after && before;
    }
}
