package io.saddlebag.backup;

import io.saddlebag.diskimage.DiskToImage;
import io.saddlebag.diskimage.VolumeFacts;
import java.util.List;

/** Which disks an image has, and what each is an overlay of. */
record VolumeChoice(List<DiskToImage> disks, VolumeFacts facts) {
    VolumeChoice {
        disks = List.copyOf(disks);
    }
}
