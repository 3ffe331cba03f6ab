package io.saddlebag.recoverability;

import io.saddlebag.journal.JournalId;
import java.time.Instant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * One piece of a chain of journals.
 *
 * @param from first byte of the journal that it holds; 0 but for later parts of an extensible one
 * @param first where it begins in the database's log; 0 where that isn't known
 * @param end where the next one begins; 0 where that isn't known
 * @param closed when the journal was last written to at its source: what was committed up to then is in it or before
 * @param image that holds it; null for a gap, and for what was given up
 * @param broken whether it was given up with its chain
 * @param dependent whether transactions may go on in the next one
 */
record Link(
        JournalId id,
        long from,
        long bytes,
        long first,
        long end,
        Instant closed,
        @Nullable HeldImage image,
        boolean broken,
        boolean dependent) {
    static final Comparator<Link> ORDER = Comparator.comparing(Link::id).thenComparingLong(Link::from);

    boolean isReadable(Without without) {
        HeldImage held = image;
        return held != null && held.isReadable(without);
    }

    boolean hasExtent() {
        return end > first;
    }

    /** Whether nothing can be between that one and this. */
    boolean follows(Link before) {
        if (id.equals(before.id)) {
            return from == before.from + before.bytes;
        }
        return from == 0 && id.equals(before.id.next());
    }
}
