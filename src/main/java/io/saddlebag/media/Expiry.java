package io.saddlebag.media;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** When a volume set is closed, and when it may be written over (M21, M22). */
public final class Expiry {
    private Expiry() {}

    /** @return null when images may be started for ever */
    public static @Nullable Instant writeWindowEnd(@Nullable MediaFamily family, Instant setCreated) {
        return family == null || family.writeWindow() == null ? null : setCreated.plus(family.writeWindow());
    }

    /**
     * The creation of the set's first volume + write window + retention: the same for all volumes of the set.
     *
     * @return null when the set doesn't expire by time: content-managed, kept for ever, or with a window that never ends
     */
    public static @Nullable Instant expires(@Nullable MediaFamily family, Instant setCreated) {
        Instant windowEnd = writeWindowEnd(family, setCreated);
        if (family == null || windowEnd == null || family.retention() == null) {
            return null;
        }
        return family.expiration() == MediaFamily.Expiration.TIME ? windowEnd.plus(family.retention()) : null;
    }

    /** The instant itself is the first at which it has expired. */
    public static boolean hasPassed(@Nullable Instant expires, Instant now) {
        return expires != null && !now.isBefore(expires);
    }
}
