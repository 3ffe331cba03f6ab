package io.saddlebag.volume;

import java.util.List;

/**
 * An image whose every block and label is durable on media.
 *
 * @param sections by lane and in order, at least one
 */
public record StoredImage(ImageToStore image, List<StoredSection> sections, long bytes) {
    public StoredImage {
        sections = List.copyOf(sections);
    }
}
