package io.saddlebag.app.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.saddlebag.journal.ResetLoad;
import io.saddlebag.journal.folder.PreallocatedSettings;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Journals whose files are preallocated, and emptied when they are released (J15).
 *
 * @param number where a file has the number of its journal
 */
public record PreallocatedConfig(PreallocatedSettings.NumberField number, ResetLoad load) {
    public PreallocatedConfig(
            @JsonProperty("sequenceAt") @Nullable Long sequenceAt,
            @JsonProperty("sequenceBytes") @Nullable Integer sequenceBytes,
            @JsonProperty("order") @Nullable String order,
            @JsonProperty("resetRequests") @Nullable Integer resetRequests,
            @JsonProperty("resetBlocks") @Nullable Integer resetBlocks) {
        this(
                new PreallocatedSettings.NumberField(
                        sequenceAt == null ? 0 : sequenceAt,
                        sequenceBytes == null ? Long.BYTES : sequenceBytes,
                        order(order)),
                new ResetLoad(
                        resetRequests == null ? ResetLoad.DEFAULT.requests() : resetRequests,
                        resetBlocks == null ? ResetLoad.DEFAULT.blocks() : resetBlocks));
    }

    private static ByteOrder order(@Nullable String text) {
        return switch (text == null ? "big" : text) {
            case "big" -> ByteOrder.BIG_ENDIAN;
            case "little" -> ByteOrder.LITTLE_ENDIAN;
            default -> throw new IllegalArgumentException("order '" + text + "' is none; valid are big and little");
        };
    }
}
