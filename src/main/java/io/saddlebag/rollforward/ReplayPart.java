package io.saddlebag.rollforward;

import io.saddlebag.journal.JournalId;
import io.saddlebag.journal.JournalPiece;
import io.saddlebag.journal.Remnant;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A journal, or a part of one that grows, that somebody has.
 *
 * @param begun when it was looked at
 * @param ended all it holds was committed by then
 * @param piece where it is backed up; null when it is at its source only
 * @param remnant at its source; null when it is backed up
 */
record ReplayPart(
        JournalId id,
        String name,
        long from,
        long bytes,
        Instant begun,
        Instant ended,
        @Nullable JournalPiece piece,
        @Nullable Remnant remnant) {
    long end() {
        return from + bytes;
    }

    /** Its name among all that are collected. */
    String file() {
        return fileOf(id, from, name);
    }

    static String fileOf(JournalId id, long from, String name) {
        return String.format(Locale.ROOT, "%d-%010d-%013d-%s", id.incarnation(), id.sequence(), from, name);
    }
}
