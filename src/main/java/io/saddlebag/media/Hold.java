package io.saddlebag.media;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One reason why a volume must not be written over, whatever its own date says (J13, M21).
 *
 * @param why what is on it and who needs it, for people: {@code backup 3 of orders, kept until .., is based on backup 1 on it}
 * @param until when that ends by itself; null when nobody can say
 */
public record Hold(Kind kind, String why, @Nullable Instant until) {
    /** What is on the volume. */
    public enum Kind {
        /** A backup that others were made on top of. */
        PARENT,
        /** Journals that a backup is rolled forward with. */
        JOURNALS
    }
}
