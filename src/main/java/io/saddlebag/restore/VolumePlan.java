package io.saddlebag.restore;

import io.saddlebag.catalog.Backup;
import io.saddlebag.disk.DiskStatus;
import io.saddlebag.diskimage.VolumeFacts;
import java.util.List;

/**
 * What a restore of a disk will do.
 *
 * @param steps one for each image, the full one first
 * @param target what it is now, or will be
 */
public record VolumePlan(VolumeRequest request, List<Step> steps, DiskStatus.Kind target) {
    public VolumePlan {
        steps = List.copyOf(steps);
    }

    /** One image to read. */
    public record Step(Backup backup, VolumeFacts.Volume volume) {}

    /** Of the disk at the time of the backup. */
    public long sizeBytes() {
        return steps.get(steps.size() - 1).volume().sizeBytes();
    }
}
