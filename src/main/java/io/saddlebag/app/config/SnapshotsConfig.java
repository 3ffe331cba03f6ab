package io.saddlebag.app.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.snapshot.SnapshotReserve;
import io.saddlebag.snapshot.lvm.LvmSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What snapshot providers need to be told.
 *
 * @param lvmRoom what a thick snapshot may take up in its volume group
 * @param reserve what snapshots leave to their sources of the room that they share
 * @param freezeCopy the most that provider {@code freeze} copies while it holds writes; zero for nothing
 * @param vssWriters that have to take part in shadow copies, by id or name
 */
public record SnapshotsConfig(
        LvmSettings.Room lvmRoom, SnapshotReserve reserve, ByteCount freezeCopy, List<String> vssWriters) {
    public static final SnapshotsConfig DEFAULT =
            new SnapshotsConfig(LvmSettings.Room.DEFAULT, SnapshotReserve.DEFAULT, ByteCount.ZERO, List.of());

    public SnapshotsConfig {
        vssWriters = List.copyOf(vssWriters);
    }

    @JsonCreator
    static SnapshotsConfig of(
            @JsonProperty("lvm") @Nullable LvmConfig lvm,
            @JsonProperty("reserve") @Nullable String reserve,
            @JsonProperty("freeze") @Nullable FreezeConfig freeze,
            @JsonProperty("vss") @Nullable VssConfig vss) {
        return new SnapshotsConfig(
                lvm == null ? LvmSettings.Room.DEFAULT : lvm.room(),
                reserve == null ? SnapshotReserve.DEFAULT : SnapshotReserve.parse(reserve),
                freeze == null ? ByteCount.ZERO : freeze.copy(),
                vss == null ? List.of() : vss.writers());
    }

    /** @param writers by id in braces, or by the name that {@code vssadmin list writers} shows */
    public record VssConfig(List<String> writers) {
        public VssConfig(@JsonProperty("writers") @Nullable List<String> writers) {
            this.writers = writers == null ? List.of() : List.copyOf(writers);
        }
    }

    /** @param room a share of the origin, {@code 20%}, or a size, {@code 4GiB} */
    public record LvmConfig(LvmSettings.Room room) {
        @JsonCreator
        static LvmConfig of(@JsonProperty("room") @Nullable String room) {
            return new LvmConfig(room == null ? LvmSettings.Room.DEFAULT : LvmSettings.Room.parse(room));
        }
    }

    /** @param copy a size, {@code 64MiB}; zero, as without it, to copy nothing */
    public record FreezeConfig(ByteCount copy) {
        @JsonCreator
        static FreezeConfig of(@JsonProperty("copy") @Nullable String copy) {
            return new FreezeConfig(copy == null ? ByteCount.ZERO : ByteCount.parse(copy));
        }
    }
}
