package io.saddlebag.librarian;

import io.saddlebag.backup.ImageTarget;
import io.saddlebag.image.Compression;
import io.saddlebag.image.Encryption;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How a piece is to be stored (M26).
 *
 * @param bytes how long it has to be; empty when that isn't known
 * @param existing what becomes of it when there is one of that name
 * @param user who asks; null for a route
 */
public record PieceOrder(
        PieceName name,
        ImageTarget target,
        Compression compression,
        Encryption encryption,
        OptionalLong bytes,
        Existing existing,
        @Nullable String user) {
    public PieceOrder {
        if (bytes.isPresent() && bytes.getAsLong() < 0) {
            throw new IllegalArgumentException(
                    "a piece can't be told to have " + bytes.getAsLong() + " bytes; valid are 0 and more");
        }
    }

    /** What becomes of a piece whose name exists. */
    public enum Existing {
        /** It is refused. */
        REFUSED,
        /** It is read, and taken for stored when its content is the same; else it is refused. */
        ACCEPTED_IF_SAME
    }

    /** For a trace; nothing secret. */
    Map<String, String> parameters() {
        return Map.of(
                "name",
                name.value(),
                "target",
                target.description(),
                "compression",
                compression.toString(),
                "layers",
                String.join(",", encryption.layers()),
                "bytes",
                bytes.isPresent() ? Long.toString(bytes.getAsLong()) : "unknown",
                "existing",
                existing.name().toLowerCase(Locale.ROOT),
                "user",
                user == null ? "" : user);
    }
}
