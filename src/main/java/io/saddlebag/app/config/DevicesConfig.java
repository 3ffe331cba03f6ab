package io.saddlebag.app.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code config/devices.yaml}: real drives and libraries (M18).
 *
 * @param sharedLocks folder where the nodes of this machine see which device is used; null for the usual one (M19)
 */
public record DevicesConfig(
        Map<String, DriveConfig> drives,
        Map<String, RobotConfig> libraries,
        @Nullable String sharedLocks) {
    public static final DevicesConfig NONE = new DevicesConfig(null, null, null);

    public DevicesConfig(
            @JsonProperty("drives") @Nullable Map<String, DriveConfig> drives,
            @JsonProperty("libraries") @Nullable Map<String, RobotConfig> libraries,
            @JsonProperty("sharedLocks") @Nullable String sharedLocks) {
        this.drives = drives == null ? Map.of() : new TreeMap<>(drives);
        this.libraries = libraries == null ? Map.of() : new TreeMap<>(libraries);
        this.sharedLocks = sharedLocks;
    }
}
