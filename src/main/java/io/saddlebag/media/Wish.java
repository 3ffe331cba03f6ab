package io.saddlebag.media;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a volume is looked for.
 *
 * @param family name of a media family; null outside of any
 * @param owner who wants to write
 */
public record Wish(Purpose purpose, @Nullable String family, String owner, Instant now) {
    /** What is going to be written first. */
    public enum Purpose {
        /** A new image: it may stand behind others. */
        START_IMAGE,
        /** A section of an image that is already under way: it needs a volume of its own. */
        CONTINUE_IMAGE
    }
}
