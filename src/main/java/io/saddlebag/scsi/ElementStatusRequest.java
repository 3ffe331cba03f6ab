package io.saddlebag.scsi;

import java.util.EnumSet;
import java.util.Set;

/**
 * What READ ELEMENT STATUS is asked (SMC-3, 6.11): one type at a time, as some changers get an answer for all types wrong.
 *
 * @param first address to begin at
 * @param count 1 to 65,535
 */
public record ElementStatusRequest(ElementType type, int first, int count, Set<Ask> ask) {
    /** What is told beside full or empty. Some changers refuse one or the other. */
    public enum Ask {
        VOLUME_TAGS,
        /** Which drives stand in the elements. */
        DEVICES,
        /** Without moving anything, although the answer may be out of date. */
        CURRENT_DATA
    }

    public ElementStatusRequest {
        ask = ask.isEmpty() ? Set.of() : Set.copyOf(ask);
        if (first < 0 || first > 0xffff || count < 1 || count > 0xffff) {
            throw new IllegalArgumentException("the status of " + count + " elements from address " + first + " on");
        }
    }

    public static ElementStatusRequest of(ElementType type, ElementRange range, Ask... ask) {
        Set<Ask> all = EnumSet.noneOf(Ask.class);
        all.addAll(Set.of(ask));
        return new ElementStatusRequest(type, range.first(), range.count(), all);
    }
}
