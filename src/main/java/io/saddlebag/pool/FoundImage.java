package io.saddlebag.pool;

import io.saddlebag.image.ImageManifest;
import io.saddlebag.image.Layers;
import io.saddlebag.media.Expiry;
import io.saddlebag.media.MediaFamily;
import io.saddlebag.media.PoolFile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An image as it was found in a pool.
 *
 * @param sections by number, at least one
 * @param remarks what is odd about it, for people
 */
public record FoundImage(String imageId, @Nullable String family, List<Section> sections, List<String> remarks) {
    public FoundImage {
        sections = List.copyOf(sections);
        remarks = List.copyOf(remarks);
    }

    /**
     * One file.
     *
     * @param label null when there is none that can be read
     */
    public record Section(PoolPaths.Named named, @Nullable PoolLabel label) {}

    /** The section that gets its name last is there. */
    public boolean beginsHere() {
        return sections.get(0).named().section() == 1;
    }

    /** Whether its last label says that more was to come: it has whole parts, but was never finished (D6). */
    public boolean endsEarly() {
        PoolLabel label = sections.get(sections.size() - 1).label();
        return label != null && !label.last();
    }

    public boolean isWhole() {
        return fault().isEmpty();
    }

    /** What is missing; empty when nothing is. */
    public String fault() {
        for (int i = 0; i < sections.size(); i++) {
            if (sections.get(i).named().section() != i + 1) {
                return "its section " + (i + 1) + " is missing";
            }
            PoolLabel label = sections.get(i).label();
            if (label != null && label.last() != (i == sections.size() - 1)) {
                return label.last()
                        ? "there are more sections than its labels say"
                        : i == sections.size() - 1 ? "its section " + (i + 2) + " is missing" : "";
            }
        }
        return "";
    }

    public String firstPath() {
        return sections.get(0).named().path();
    }

    /** By the name of the file. */
    public List<String> layers() {
        return Layers.ofFileName(firstPath());
    }

    /**
     * The layers by the labels, where these agree, and differ from the image in nothing but for which keys it is encrypted: that is changed
     * without the image, which can't say so itself (X10).
     *
     * @param manifest of the image
     * @return empty where the image has to be taken by its word
     */
    public Optional<List<String>> rewrapped(ImageManifest manifest) {
        List<PoolLabel> labels = new ArrayList<>();
        for (Section section : sections) {
            PoolLabel label = section.label();
            if (label == null) {
                return Optional.empty();
            }
            labels.add(label);
        }
        List<String> layers = labels.get(0).layers();
        boolean othersOnly = !layers.equals(manifest.layers())
                && !Layers.keyIds(layers).isEmpty()
                && Layers.encryptedAs(layers, Layers.AGE).equals(Layers.encryptedAs(manifest.layers(), Layers.AGE))
                && labels.stream()
                        .allMatch(label -> label.layers().equals(layers)
                                && label.image().equals(manifest.image())
                                && label.name().equals(manifest.name())
                                && label.host().equals(manifest.host())
                                && label.job().equals(manifest.job()));
        return othersOnly ? Optional.of(layers) : Optional.empty();
    }

    /** Whether each section was, by what its label says, the one that {@code input} has read. */
    public boolean isAsLabelled(FoundInput input) {
        List<FoundInput.Passed> passed = input.passed();
        for (int i = 0; i < sections.size(); i++) {
            PoolLabel label = sections.get(i).label();
            if (label == null
                    || i >= passed.size()
                    || !passed.get(i).equals(new FoundInput.Passed(label.bytes(), label.crc32c()))) {
                return false;
            }
        }
        return true;
    }

    /** Where a label says other things than the image. */
    public List<String> differences(ImageManifest manifest) {
        List<String> all = new ArrayList<>();
        for (Section section : sections) {
            PoolLabel label = section.label();
            if (label != null) {
                String path = PoolPaths.label(section.named().path());
                compare(path, "image", label.image(), manifest.image()).ifPresent(all::add);
                compare(path, "name", label.name(), manifest.name()).ifPresent(all::add);
                compare(path, "host", label.host(), manifest.host()).ifPresent(all::add);
                compare(path, "job", label.job(), manifest.job()).ifPresent(all::add);
                compare(path, "layers", label.layers(), manifest.layers()).ifPresent(all::add);
            }
        }
        return all;
    }

    /** The label's expiry; without a label that of its family. */
    @Nullable
    Instant expires(@Nullable MediaFamily known, Instant created) {
        PoolLabel label = sections.get(0).label();
        return label == null ? Expiry.expires(known, created) : label.expires();
    }

    /** As the catalog keeps them, after {@code input} has read them all. */
    public List<PoolFile> files(String pool, FoundInput input, @Nullable MediaFamily known, Instant created) {
        List<PoolFile> files = new ArrayList<>();
        for (int i = 0; i < sections.size(); i++) {
            FoundInput.Passed passed = input.passed().get(i);
            files.add(new PoolFile(
                    pool,
                    sections.get(i).named().path(),
                    i + 1,
                    passed.bytes(),
                    passed.crc32c(),
                    expires(known, created)));
        }
        return files;
    }

    private static Optional<String> compare(String path, String what, Object label, Object image) {
        return Objects.equals(label, image)
                ? Optional.empty()
                : Optional.of("label " + path + " has " + what + " " + label + ", and the image beside it says " + image
                        + ": the image is right");
    }
}
