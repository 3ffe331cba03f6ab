package io.saddlebag.volume;

import java.util.List;

/**
 * An image whose every block and label is durable on media.
 *
 * @param sections in order, at least one
 * @param sha256 of all data bytes, 64 hexadecimal digits
 */
public record StoredImage(ImageToStore image, List<StoredSection> sections, long bytes, String sha256) {
    public StoredImage {
        sections = List.copyOf(sections);
    }
}
