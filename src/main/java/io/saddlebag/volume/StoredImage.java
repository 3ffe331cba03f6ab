package io.saddlebag.volume;

import io.saddlebag.media.PoolFile;
import java.util.List;

/**
 * An image whose every byte and label is durable, on volumes or in a disk pool.
 *
 * @param sections on volumes, by lane and in order; empty for an image in a pool
 * @param files of a disk pool, in order (M24); empty for an image on volumes
 * @param bytes of the image with its layers
 */
public record StoredImage(ImageToStore image, List<StoredSection> sections, List<PoolFile> files, long bytes) {
    public StoredImage {
        sections = List.copyOf(sections);
        files = List.copyOf(files);
    }

    /** One on volumes. */
    public StoredImage(ImageToStore image, List<StoredSection> sections, long bytes) {
        this(image, sections, List.of(), bytes);
    }
}
