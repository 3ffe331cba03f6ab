package io.saddlebag.app.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.saddlebag.quantity.Durations;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * From where journals are received as they are written (J19).
 *
 * @param database its name in the configuration
 * @param slot that keeps them at the server until they are here; null for {@code saddlebag_} and the journals' name
 * @param stalledAfter what is in the source and isn't in the copy after that is a stall (J27)
 */
public record StreamConfig(String database, @Nullable String slot, Duration stalledAfter) {
    public static final Duration DEFAULT_STALLED_AFTER = Duration.ofMinutes(2);
    private static final Pattern SLOT = Pattern.compile("[a-z0-9_]{1,63}");

    public StreamConfig(
            @JsonProperty("database") @Nullable String database,
            @JsonProperty("slot") @Nullable String slot,
            @JsonProperty("stalledAfter") @Nullable String stalledAfter) {
        this(
                LibraryConfig.required("database", database),
                slot,
                stalledAfter == null ? DEFAULT_STALLED_AFTER : Durations.parse(stalledAfter));
        if (slot != null && !SLOT.matcher(slot).matches()) {
            throw new IllegalArgumentException(
                    "slot '" + slot + "' is no slot's name: 1 to 63 small letters, digits and _");
        }
    }

    /** @param journals their name */
    public String slotOf(String journals) {
        String given = slot;
        String made = "saddlebag_" + journals.toLowerCase(java.util.Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
        return given == null ? made.substring(0, Math.min(63, made.length())) : given;
    }
}
