package io.saddlebag.volume;

import io.saddlebag.framing.ProtectedFraming;
import io.saddlebag.media.ImageLabel;
import io.saddlebag.media.VolumeId;
import io.saddlebag.quantity.BlockSize;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What has been written of an image so far. */
final class ImageInProgress {
    private final ImageToStore image;
    private final BlockSize blockSize;
    private final @Nullable ProtectedFraming framing;
    private final List<StoredSection> sections = new ArrayList<>();
    private long bytes;

    /** @param before its parts that are durable already (D6); null for none */
    ImageInProgress(
            ImageToStore image, BlockSize blockSize, @Nullable ProtectedFraming framing, @Nullable StoredImage before) {
        this.framing = framing;
        this.image = image;
        this.blockSize = blockSize;
        if (before != null) {
            sections.addAll(before.sections());
            bytes = before.bytes();
        }
    }

    int nextSection() {
        return sections.size() + 1;
    }

    long bytes() {
        return bytes;
    }

    void count(int dataBytes) {
        bytes += dataBytes;
    }

    void add(StoredSection section) {
        sections.add(section);
    }

    ImageLabel label(MountedVolume on) {
        VolumeId previous =
                sections.isEmpty() ? null : sections.get(sections.size() - 1).volume();
        return labelOf(on, on.nextFile(), nextSection(), bytes, previous);
    }

    private ImageLabel labelOf(MountedVolume on, int file, int section, long offset, @Nullable VolumeId previous) {
        return new ImageLabel(
                on.at(),
                file,
                section,
                image.imageId(),
                blockSize,
                framing,
                image.created(),
                image.owner(),
                image.host(),
                image.name(),
                image.job(),
                image.layers(),
                offset,
                previous,
                on.label().expires(),
                image.lane());
    }

    StoredImage stored() {
        return new StoredImage(image, sections, bytes);
    }
}
