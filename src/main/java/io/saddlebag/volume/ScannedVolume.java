package io.saddlebag.volume;

import io.saddlebag.media.ImageLabel;
import io.saddlebag.media.Volume;
import io.saddlebag.media.VolumeLabel;
import io.saddlebag.tape.BlockAddress;
import java.util.List;

/**
 * All that a volume says of itself, without any catalog ({@code catalog import}, {@code lsvol --label}).
 *
 * @param sections whole ones, in order
 * @param endOfData where the next image would go
 * @param isClosed it goes on with another volume
 * @param problem empty, or what stands behind the last whole section
 */
public record ScannedVolume(
        VolumeLabel label, List<FoundSection> sections, BlockAddress endOfData, boolean isClosed, String problem) {
    public ScannedVolume {
        sections = List.copyOf(sections);
    }

    /** For a register that doesn't know it. */
    public Volume toVolume() {
        return NewVolume.volume(
                label, sections.size(), endOfData, isClosed ? Volume.State.FULL : Volume.State.APPENDABLE);
    }

    /** The label before each image, in the form that operators know (M8, M11). */
    public List<String> labels() {
        return sections.stream().map(s -> inWords(s.label())).toList();
    }

    private static String inWords(ImageLabel image) {
        return """
                Volume label:
                 Volume ID:         %s
                 Owner:             %s
                 Host:              %s
                 File number:       %d
                 Section:           %d
                 Sequence number:   %d
                %s""".formatted(
                        image.at().volume(),
                        image.owner(),
                        image.host(),
                        image.fileNumber(),
                        image.section(),
                        image.at().sequence(),
                        layers(image));
    }

    /** Beyond the form, only where it is needed to read the image: the ids of its keys. */
    private static String layers(ImageLabel image) {
        return image.layers().stream().anyMatch(layer -> layer.contains("+"))
                ? " Layers:            " + String.join(",", image.layers()) + "\n"
                : "";
    }
}
