package io.saddlebag.media;

import io.saddlebag.protection.Requester;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a volume is looked for.
 *
 * @param family name of a media family; null outside of any
 * @param requester who wants to write
 * @param sets how many of the family's newest volume sets may be appended to: as many as drives write at once (M28)
 * @param expected the label that the volume should have (M10); null for any
 */
public record Wish(
        Purpose purpose,
        @Nullable String family,
        Requester requester,
        int sets,
        @Nullable VolumeId expected,
        Instant now) {
    /** What is going to be written first. */
    public enum Purpose {
        /** A new image: it may stand behind others. */
        START_IMAGE,
        /** A new image at the beginning of a volume: nothing stands before it (RMU's rewind). */
        BEGIN_SET,
        /** A section of an image that is already under way: it needs a volume of its own. */
        CONTINUE_IMAGE
    }
}
