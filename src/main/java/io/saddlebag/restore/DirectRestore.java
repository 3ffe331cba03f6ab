package io.saddlebag.restore;

import io.saddlebag.host.HostFiles;
import io.saddlebag.image.ImageManifest;
import io.saddlebag.image.ImageReader;
import io.saddlebag.image.ImageSummary;
import io.saddlebag.image.Layers;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;

/** Restores from the files of an image alone: no catalog, no job, no node (C6). Thread-safe. */
public final class DirectRestore {
    private final HostFiles files;
    private final ExecutorService workers;
    private final RestoreServices.Privilege privilege;

    /** @param workers decompresses; not owned */
    public DirectRestore(HostFiles files, ExecutorService workers, RestoreServices.Privilege privilege) {
        this.files = files;
        this.workers = workers;
        this.privilege = privilege;
    }

    /**
     * What an image was found to be.
     *
     * @param manifest empty for archives of other programs, which prove nothing
     */
    public record Found(Optional<ImageManifest> manifest, ImageSummary summary) {}

    /**
     * What is wanted, and where to.
     *
     * @param sections the image's files, in order
     * @param objects absolute paths, each with all below it; empty for everything
     * @param target a folder below which the objects are put with their whole paths
     * @param existing what happens where something is already
     */
    public record Order(List<Path> sections, List<String> objects, Path target, RestoreRequest.Existing existing) {
        public Order {
            sections = List.copyOf(sections);
            objects = List.copyOf(objects);
            if (sections.isEmpty()) {
                throw new IllegalArgumentException("a direct restore names the files of an image");
            }
        }
    }

    /**
     * Reads the image to its end and changes nothing.
     *
     * @throws io.saddlebag.image.ImageException when it isn't whole, or not as it was written
     */
    public Found check(List<Path> sections) throws IOException {
        try (InputStream stored = open(sections);
                ImageReader reader = ImageReader.open(Layers.detect(stored, workers))) {
            ImageSummary summary =
                    reader.readAll(member -> member.content().transferTo(OutputStream.nullOutputStream()));
            return new Found(reader.manifest(), summary);
        }
    }

    /**
     * Restores after the whole image was checked, so that nothing damaged takes the place of anything.
     *
     * @param notes takes remarks
     * @return how many objects were restored
     */
    public long restore(Order order, Consumer<String> notes) throws IOException {
        check(order.sections());
        try (InputStream stored = open(order.sections());
                ImageReader reader = ImageReader.open(Layers.detect(stored, workers))) {
            TreeSink sink = new TreeSink(
                    files,
                    new RestoredFolders(files, 1),
                    Placement.below(files, order.target().toAbsolutePath(), order.objects(), ".restored"),
                    order.existing(),
                    (path, sha256) -> {
                        // the image's own checksums were compared before
                    },
                    notes::accept,
                    privilege,
                    TreeSink.Durability.EACH);
            reader.readAll(sink);
            sink.finish();
            return sink.restored();
        }
    }

    private InputStream open(List<Path> sections) throws IOException {
        List<InputStream> opened = new ArrayList<>();
        boolean done = false;
        try {
            for (Path section : sections) {
                opened.add(Channels.newInputStream(files.openRead(section.toAbsolutePath())));
            }
            done = true;
            return new SequenceInputStream(Collections.enumeration(opened));
        } finally {
            if (!done) {
                for (InputStream each : opened) {
                    each.close();
                }
            }
        }
    }
}
