package io.saddlebag.incarnation;

import io.saddlebag.recovery.LogPosition;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One history of a database between two resets of its log (R9): PostgreSQL's timeline.
 *
 * @param number from 1; no two of a database have the same
 * @param parent the one that it went off; 0 for none, or when that isn't known
 * @param reset where in the log it went off: what its parent wrote behind that is not of its path; null for one without a parent
 * @param sequence of its first journal, which holds what the parent's of that number has up to the reset; -1 where that isn't known
 * @param opened when it was opened, or noticed first; null where neither is known
 * @param end the last place in its log that is known of; null where none is
 * @param cause why it was begun, for people; may be empty
 */
public record Incarnation(
        long number,
        long parent,
        @Nullable LogPosition reset,
        long sequence,
        @Nullable Instant opened,
        @Nullable LogPosition end,
        String cause) {
    public Incarnation {
        if (number < 1 || parent < 0 || parent == number) {
            throw new IllegalArgumentException("no incarnation is number " + number + " with parent " + parent);
        }
        if ((parent == 0) != (reset == null)) {
            throw new IllegalArgumentException(
                    "incarnation " + number + " of parent " + parent + " was reset at " + reset);
        }
    }

    /** The first one, or one of which no more is known than that there is it. */
    public static Incarnation root(long number) {
        return new Incarnation(number, 0, null, -1, null, null, "");
    }

    /** The same, known to have gone at least so far. */
    public Incarnation reaching(@Nullable LogPosition place) {
        LogPosition known = end;
        return place == null || (known != null && !place.isAfter(known))
                ? this
                : new Incarnation(number, parent, reset, sequence, opened, place, cause);
    }

    /** The same, opened or noticed then, unless an earlier instant is known. */
    public Incarnation openedBy(@Nullable Instant instant) {
        Instant known = opened;
        return instant == null || (known != null && !instant.isBefore(known))
                ? this
                : new Incarnation(number, parent, reset, sequence, instant, end, cause);
    }

    /** Whether its own log has that place: behind where it was begun, and not behind where it is known to end. */
    boolean has(LogPosition place) {
        LogPosition begin = reset;
        LogPosition last = end;
        return (begin == null || place.isAfter(begin)) && (last == null || !place.isAfter(last));
    }
}
