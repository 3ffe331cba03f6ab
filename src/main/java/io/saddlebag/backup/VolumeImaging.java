package io.saddlebag.backup;

import io.saddlebag.disk.Disks;
import io.saddlebag.diskimage.HashStore;

/**
 * What imaging of disks works with, beside what all backups do.
 *
 * @param hashes of earlier images, by which it is known what has changed
 */
public record VolumeImaging(Disks disks, HashStore hashes) {}
