package io.saddlebag.image;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An object's times, exact to the nanosecond. Only the modification time is always known. */
public record MemberTimes(
        Instant modified,
        @Nullable Instant accessed,
        @Nullable Instant changed) {
    public static MemberTimes modified(Instant modified) {
        return new MemberTimes(modified, null, null);
    }
}
