package io.saddlebag.snapshot.lvm;

import io.saddlebag.fault.BackupException;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.snapshot.Snapshot;
import io.saddlebag.snapshot.SnapshotFailure;
import io.saddlebag.snapshot.lvm.LogicalVolume.Validity;
import java.util.List;

/** Whether the volumes of a snapshot still hold what they were made of; what can't be told counts as lost. */
final class SnapshotHealth {
    /** Fact: full name of the volume, with a number behind. */
    static final String VOLUME = "volume.";

    /** Fact: by which the volume is told from a later one of the same name. */
    static final String UUID = "uuid.";

    private static final int FULL_PERCENT = 100;

    private SnapshotHealth() {}

    /** @throws BackupException {@link io.saddlebag.snapshot.SnapshotFault#LOST} when one is gone, broken or full */
    static void require(Snapshot snapshot, List<LogicalVolume> volumes) throws BackupException {
        for (int i = 0; snapshot.facts().containsKey(VOLUME + i); i++) {
            String name = String.valueOf(snapshot.facts().get(VOLUME + i));
            String uuid = snapshot.facts().get(UUID + i);
            LogicalVolume volume = LogicalVolume.named(volumes, name)
                    .filter(found -> found.uuid().equals(uuid))
                    .orElseThrow(() -> lost(snapshot, "logical volume " + name + " is gone"));
            if (volume.thin()) {
                requireRoomInPool(snapshot, volumes, volume);
            } else if (volume.invalid() != Validity.VALID || volume.usedPercent() >= FULL_PERCENT) {
                throw lost(
                        snapshot,
                        "logical volume " + name + " is " + volume.invalid() + ", with " + volume.usedPercent()
                                + " % of its room of " + ByteCount.of(volume.sizeBytes()) + " used");
            }
        }
    }

    private static void requireRoomInPool(Snapshot snapshot, List<LogicalVolume> volumes, LogicalVolume thin)
            throws BackupException {
        String name = thin.group() + "/" + thin.pool();
        LogicalVolume pool = LogicalVolume.named(volumes, name)
                .orElseThrow(() -> lost(snapshot, "thin pool " + name + " is not there"));
        String health = thin.health() + pool.health();
        if (!health.isEmpty() || pool.usedPercent() >= FULL_PERCENT) {
            throw lost(
                    snapshot,
                    "thin pool " + name + " is " + (health.isEmpty() ? "full" : health) + ", with " + pool.usedPercent()
                            + " % of it used");
        }
    }

    private static BackupException lost(Snapshot snapshot, String reason) {
        return SnapshotFailure.lost(
                snapshot.id(),
                reason,
                "Give snapshots more room ('snapshots: lvm: room' in the configuration), then" + " repeat.");
    }
}
