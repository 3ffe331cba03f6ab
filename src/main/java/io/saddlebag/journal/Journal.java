package io.saddlebag.journal;

import java.util.regex.Pattern;

/**
 * A journal as its source has it now.
 *
 * @param name as the source calls it; the last name of its path in an image
 * @param bytes its length; of the current one, as far as it is written
 * @param first where it begins in the database's log (an LSN or SCN); 0 where the engine's numbers aren't known
 * @param end where the next one begins; 0 where that isn't known
 * @param capacity bytes that fit into it; 0 where that isn't known
 */
public record Journal(JournalId id, String name, long bytes, State state, long first, long end, long capacity) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_$#+@=,~-][A-Za-z0-9._$#+@=,~-]{0,199}");

    private static final int PERCENT = 100;

    /** Whether it can be backed up. */
    public enum State {
        /** Closed: it will never change again. */
        READY,
        /** Being written. */
        CURRENT,
        /** There, but not to be read; it counts for the layout all the same (J1). */
        INACCESSIBLE
    }

    public Journal {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' is no journal's name: letters, digits and ._$#+@=,~-");
        }
        if (bytes < 0 || first < 0 || end < 0 || capacity < 0) {
            throw new IllegalArgumentException(
                    "journal " + name + " of " + bytes + " bytes from " + first + " to " + end);
        }
    }

    /** One of which no more is known. */
    public Journal(JournalId id, String name, long bytes, State state) {
        this(id, name, bytes, state, 0, 0, 0);
    }

    /** 0 where its capacity isn't known. */
    public int fullnessPercent() {
        return capacity == 0 ? 0 : (int) Math.min(PERCENT, bytes * PERCENT / capacity);
    }

    public boolean is(State wanted) {
        return state == wanted;
    }
}
