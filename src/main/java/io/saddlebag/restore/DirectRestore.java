package io.saddlebag.restore;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Anchor;
import io.saddlebag.host.HostFiles;
import io.saddlebag.image.ImageException;
import io.saddlebag.image.ImageMember;
import io.saddlebag.image.ImageReader;
import io.saddlebag.image.Layers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;

/**
 * Restores an image that nobody knows anything of: no catalog, no job (C6). It may be anybody's, so that by default nothing
 * comes back that gives powers. Thread-safe.
 */
public final class DirectRestore {
    /** What an object gets behind its name when its own is taken and it is to be renamed. */
    static final String SUFFIX = ".restored";

    /**
     * Bytes of a file that are not in the image. A hole counts for the checksum as the zeros that it reads as, and an image of
     * 1 KiB may claim one that takes years.
     */
    static final long MOST_HOLE_BYTES = 1L << 44;

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
     * What is wanted.
     *
     * @param objects absolute paths as they were on the source, each with all below it; empty for everything
     * @param target a folder below which the objects are put with their whole paths
     * @param mappings parts that go to places of their own instead
     */
    public record Order(
            List<String> objects,
            Path target,
            List<PathMapping> mappings,
            RestoreRequest.Existing existing,
            RestoreRequest.Powers powers) {
        /** @throws IllegalArgumentException as {@link RestoreRequest} does */
        public Order {
            objects = List.copyOf(objects);
            mappings = List.copyOf(mappings);
            RestoreRequest.requireAbsolute(objects);
            RestoreRequest.requireOneEach(mappings);
        }
    }

    /** Takes remarks for people. */
    public interface Remarks {
        void remark(String text) throws IOException;
    }

    /**
     * Reads the stream to its end. Each object is durable before the next one is begun. What the image says of its own
     * checksums is compared as the reading comes to it, which may be after an object was put in its place.
     *
     * @param stored a tar stream, bare or in a layer that its first bytes tell; it stays open
     * @return how many objects were restored
     * @throws BackupException {@link RestoreFault#NOTHING_SELECTED} when the image holds none of the objects; what an image of
     *     doubtful origin does to be refused
     */
    public long restore(InputStream stored, Order order, Remarks remarks) throws IOException {
        List<Placement.Pair> pairs = Destinations.of(order.mappings(), order.target(), List.of());
        try (Anchor anchor = files.anchor(Destinations.places(pairs));
                TreeSink sink = new TreeSink(
                        anchor.files(),
                        new RestoredFolders(anchor.files(), 1),
                        Placement.of(files, pairs, order.objects(), SUFFIX),
                        (path, sha256) -> {},
                        remarks::remark,
                        new TreeSink.Manner(order.existing(), order.powers(), privilege, TreeSink.Durability.BY_SINK),
                        workers)) {
            readInto(stored, sink);
            if (sink.restored() == 0 && !order.objects().isEmpty()) {
                throw new BackupException(
                        RestoreFault.NOTHING_SELECTED,
                        "the image holds none of " + String.join(", ", order.objects()),
                        "List what it holds with 'tar -t'.");
            }
            return sink.restored();
        }
    }

    private static void requireFewHoles(ImageMember member) throws BackupException {
        if (member.size() - member.dataBytes() > MOST_HOLE_BYTES) {
            throw new BackupException(
                    RestoreFault.UNSAFE_MEMBER,
                    member.absolutePath() + " claims " + member.size() + " bytes and has " + member.dataBytes(),
                    "Don't trust this image; extract that file with tar if it is meant so.");
        }
    }

    /** What stands before damage is wanted all the more: its folders get their attributes too. */
    private void readInto(InputStream stored, TreeSink sink) throws IOException {
        try {
            // its owner closes the stream
            ImageReader.open(Layers.detect(stored, workers)).readAll(member -> {
                requireFewHoles(member.member());
                sink.accept(member);
            });
        } catch (ImageException e) {
            try {
                sink.finish();
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
        sink.finish();
    }
}
