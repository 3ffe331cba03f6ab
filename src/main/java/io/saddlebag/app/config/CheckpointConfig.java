package io.saddlebag.app.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.saddlebag.checkpoint.CheckpointSettings;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.quantity.Durations;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Checkpoints of backups (D6).
 *
 * @param folder relative to the home folder; null for {@value #PLACE} in the state folder
 * @param interval bytes of an image between two of them, at least
 * @param keepFree what stays free in the folder's file system
 * @param life a duration; how long one can be gone on from
 */
public record CheckpointConfig(
        @JsonProperty("folder") @Nullable String folder,
        @JsonProperty("interval") @Nullable String interval,
        @JsonProperty("keepFree") @Nullable String keepFree,
        @JsonProperty("life") @Nullable String life) {
    static final String PLACE = "checkpoints";

    static final CheckpointConfig DEFAULT = new CheckpointConfig(null, null, null, null);

    /** @throws IllegalArgumentException naming what is out of range */
    CheckpointSettings in(Path place) {
        return new CheckpointSettings(
                place,
                interval == null ? CheckpointSettings.DEFAULT_INTERVAL : ByteCount.parse(interval),
                keepFree == null ? CheckpointSettings.DEFAULT_KEEP_FREE : ByteCount.parse(keepFree),
                life == null ? CheckpointSettings.DEFAULT_LIFE : Durations.parse(life));
    }
}
