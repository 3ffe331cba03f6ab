package io.saddlebag.volume;

import io.saddlebag.media.VolumeId;

/** Hears how far an image is. Called on the writing thread after each block: it must not wait. */
@FunctionalInterface
public interface ProgressListener {
    ProgressListener SILENT = (bytes, volume) -> {};

    /** @param bytes of the image handed to the drive so far; not durable before the image is */
    void written(long bytes, VolumeId volume);
}
