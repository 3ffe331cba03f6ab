package io.saddlebag.snapshot.lvm;

import java.util.List;
import java.util.Optional;

/**
 * A line of {@code lvs} (lvmreport(7)).
 *
 * @param path of its device
 * @param deviceNumber {@code major:minor}; {@code -1:-1} when it isn't active
 * @param origin of a snapshot; empty for others
 * @param pool that a thin volume is in; empty for others
 * @param sizeBytes of it; of a thick snapshot, of the room for what changes
 * @param freeBytes in its volume group
 * @param usedPercent of a thick snapshot's room, or a pool's; -1 when there is none
 * @param invalid whether a thick snapshot was lost
 * @param health empty when all is well
 * @param ours whether it carries the tag of our snapshots
 */
record LogicalVolume(
        String group,
        String name,
        String uuid,
        String path,
        String deviceNumber,
        String origin,
        String pool,
        long sizeBytes,
        long freeBytes,
        double usedPercent,
        Validity invalid,
        String health,
        boolean ours) {
    /** Of thick snapshots. */
    enum Validity {
        VALID,
        INVALID,
        /** No snapshot, or not active, so that nobody can tell. */
        UNKNOWN
    }

    static Optional<LogicalVolume> named(List<LogicalVolume> volumes, String fullName) {
        return volumes.stream()
                .filter(volume -> volume.fullName().equals(fullName))
                .findFirst();
    }

    String fullName() {
        return group + "/" + name;
    }

    boolean thin() {
        return !pool.isEmpty();
    }
}
