package io.saddlebag.volume;

import io.saddlebag.media.VolumeId;
import io.saddlebag.quantity.BlockSize;
import io.saddlebag.tape.BlockAddress;

/**
 * The part of an image on one volume.
 *
 * @param lane of the image, from 1 (M28)
 * @param section of the lane, from 1
 * @param fileNumber the image's place in the volume set, from 1: a set's second volume counts on (M8, M11)
 * @param volumeSequence the volume's place in its set, from 1
 * @param label address of the section's first label record
 * @param data address of its first data block
 * @param blocks between the label's filemark and the trailer's, recovery blocks counted (M7); without protected framing all but
 *     the last are of the block size
 * @param bytes of the image in them
 */
public record StoredSection(
        int lane,
        int section,
        VolumeId volume,
        int fileNumber,
        int volumeSequence,
        BlockAddress label,
        BlockAddress data,
        BlockSize blockSize,
        long blocks,
        long bytes) {}
