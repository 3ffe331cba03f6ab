package io.saddlebag.app.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.saddlebag.snapshot.lvm.LvmSettings;
import org.jspecify.annotations.Nullable;

/**
 * What snapshot providers need to be told.
 *
 * @param lvmRoom what a thick snapshot may take up in its volume group
 */
public record SnapshotsConfig(LvmSettings.Room lvmRoom) {
    public static final SnapshotsConfig DEFAULT = new SnapshotsConfig((LvmConfig) null);

    public SnapshotsConfig(@JsonProperty("lvm") @Nullable LvmConfig lvm) {
        this(lvm == null ? LvmSettings.Room.DEFAULT : lvm.room());
    }

    /** @param room a share of the origin, {@code 20%}, or a size, {@code 4GiB} */
    public record LvmConfig(LvmSettings.Room room) {
        public LvmConfig(@JsonProperty("room") @Nullable String room) {
            this(room == null ? LvmSettings.Room.DEFAULT : LvmSettings.Room.parse(room));
        }
    }
}
