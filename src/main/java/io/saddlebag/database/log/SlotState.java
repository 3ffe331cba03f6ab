package io.saddlebag.database.log;

import java.util.OptionalLong;

/**
 * What the server keeps for us.
 *
 * @param restart from here on the log is kept; 0 where nothing was asked for yet, or is lost
 * @param safeBytes so much more may be written before the server gives the slot up; empty without such a limit
 */
public record SlotState(Presence presence, long restart, OptionalLong safeBytes) {
    public static final SlotState MISSING = new SlotState(Presence.MISSING, 0, OptionalLong.empty());

    public enum Presence {
        THERE,
        /** There is none of that name. */
        MISSING,
        /** The server gave it up, since it kept too much. */
        LOST
    }

    public boolean is(Presence wanted) {
        return presence == wanted;
    }
}
