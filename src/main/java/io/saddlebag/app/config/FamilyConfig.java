package io.saddlebag.app.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.saddlebag.media.MediaFamily;
import io.saddlebag.quantity.Durations;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A media family (M20-M22).
 *
 * @param writeWindow a duration; null for ever
 * @param retention a duration; null for ever
 * @param expiration {@code time} or {@code content}
 */
public record FamilyConfig(
        @JsonProperty("writeWindow") @Nullable String writeWindow,
        @JsonProperty("retention") @Nullable String retention,
        @JsonProperty("expiration") @Nullable String expiration) {
    MediaFamily family(String name) {
        return new MediaFamily(
                name,
                writeWindow == null ? null : Durations.parse(writeWindow),
                retention == null ? null : Durations.parse(retention),
                expiration == null
                        ? MediaFamily.Expiration.TIME
                        : MediaFamily.Expiration.valueOf(expiration.toUpperCase(Locale.ROOT)));
    }
}
