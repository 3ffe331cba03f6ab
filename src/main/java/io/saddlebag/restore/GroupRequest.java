package io.saddlebag.restore;

import io.saddlebag.tapeoption.Prompt;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A wish to have a consistency group back as it was at one recovery point (W23).
 *
 * @param point the id of the recovery point; null for the newest whole one
 * @param asOf the newest whole one up to then; null for no such limit
 * @param user who asks; null for a schedule
 * @param prompt who is asked for volumes that are missing (M5)
 */
public record GroupRequest(
        String group,
        @Nullable String point,
        @Nullable Instant asOf,
        @Nullable String user,
        Prompt prompt) {
    public GroupRequest {
        if (point != null && asOf != null) {
            throw new IllegalArgumentException("a group goes back to one point: name it, or say as of when");
        }
    }
}
