package io.saddlebag.backup;

import io.saddlebag.image.Compression;
import io.saddlebag.image.Encryption;
import io.saddlebag.image.ImageSource;
import java.time.Instant;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An image of objects that somebody else finds and holds still, such as closed journals.
 *
 * @param imageId unique in the domain, 1 to 36 characters
 * @param name under which the backup is found
 * @param database the database it is of; null for none
 * @param at whose state it holds
 * @param facts to keep with the image and in the catalog
 * @param members asked for once each time that the image is opened; a member that isn't what it promised ends the image
 */
public record SuppliedImage(
        String imageId,
        String name,
        @Nullable String database,
        Instant at,
        Map<String, String> facts,
        Compression compression,
        Encryption encryption,
        Supplier<ImageSource> members) {
    public SuppliedImage {
        facts = Map.copyOf(facts);
    }
}
