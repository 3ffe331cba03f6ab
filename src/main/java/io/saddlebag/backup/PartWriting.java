package io.saddlebag.backup;

import io.saddlebag.catalog.Catalog;
import io.saddlebag.checkpoint.Checkpoint;
import io.saddlebag.fault.BackupException;
import io.saddlebag.image.ByteStream;
import io.saddlebag.image.ImageParts;
import io.saddlebag.image.PartEnd;
import io.saddlebag.image.PartLength;
import io.saddlebag.image.ReadAhead;
import io.saddlebag.job.JobRun;
import io.saddlebag.media.Volume;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.volume.Attendants;
import io.saddlebag.volume.StoredImage;
import io.saddlebag.volume.StoredSection;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes an image to its target part by part, with a checkpoint behind each but the last (D6). Used once. */
final class PartWriting {
    private final BackupServices services;
    private final JobRun job;
    private final BackupSource source;
    private final ImageTarget target;
    private final Catalog.Writing writing;
    private final Map<String, String> settings;
    private final @Nullable Checkpoint from;
    private final Instant begun;
    private boolean hasCheckpoint;

    /**
     * @param settings what has to be the same for going on
     * @param from what is gone on from; null for an image from its beginning
     */
    PartWriting(
            BackupServices services,
            JobRun job,
            BackupSource source,
            ImageTarget target,
            Catalog.Writing writing,
            Map<String, String> settings,
            @Nullable Checkpoint from) {
        this.services = services;
        this.job = job;
        this.source = source;
        this.target = target;
        this.writing = writing;
        this.settings = settings;
        this.from = from;
        this.begun = from == null ? services.clock().instant() : from.begun();
        this.hasCheckpoint = from != null;
    }

    /** Whether a repeat goes on with the image. */
    boolean hasCheckpoint() {
        return hasCheckpoint;
    }

    /** Bytes of files in the parts that were there before. */
    long dataBytesBefore() {
        return from == null ? 0 : from.end().dataBytes();
    }

    /** Objects in them. */
    long objectsBefore() {
        return from == null ? 0 : from.end().members();
    }

    /**
     * @param watcher hears how long the image is, with its layers
     * @return durable on media, all of it
     * @throws io.saddlebag.image.ChangedFileException before anything is touched, when it can't be gone on with
     */
    StoredImage write(CatalogFiller filler, WatchedImage.Watcher watcher, Attendants attendants)
            throws IOException, InterruptedException {
        try (ImageParts parts = open(filler)) {
            // before the drive waits for it
            parts.resume();
            return write(parts, watcher, attendants);
        }
    }

    private StoredImage write(ImageParts parts, WatchedImage.Watcher watcher, Attendants attendants)
            throws IOException, InterruptedException {
        @Nullable StoredImage stored = from == null ? null : from.parts();
        if (stored != null) {
            target.discardBehind(stored);
        }
        List<ImageLane> lanes = target.open(source.label(), attendants);
        try (ImageLane lane = lanes.get(0)) {
            boolean more = true;
            while (more) {
                stored = writePart(lane, parts, stored, watcher);
                PartEnd end = parts.end();
                more = end != null;
                if (end != null) {
                    checkpoint(parts, end, stored);
                }
            }
            return Objects.requireNonNull(stored);
        }
    }

    private ImageParts open(CatalogFiller filler) throws IOException {
        ByteCount interval = source.restart().interval();
        ByteCount usual = services.checkpoints().interval();
        ByteCount least = target.leastPart();
        PartLength length = new PartLength(interval != null ? interval : usual.bytes() > least.bytes() ? usual : least);
        return from == null
                ? source.parts(filler, length, begun)
                : source.partsBehind(from.end(), from.backup(), filler, length, begun);
    }

    private StoredImage writePart(
            ImageLane lane, ImageParts parts, @Nullable StoredImage before, WatchedImage.Watcher watcher)
            throws IOException, InterruptedException {
        long bytesBefore = before == null ? 0 : before.bytes();
        ByteStream ahead =
                new ReadAhead(parts.next(), services.workers(), target.activeIo() + 1, ReadAhead.DEFAULT_BUFFER_BYTES);
        try (InputStream part = new WatchedImage(ahead, bytes -> watcher.passed(bytesBefore + bytes))) {
            return lane.storePart(source.label(), before, part, () -> parts.end() == null);
        }
    }

    /** The image goes on without, if it has to: it is worth more than going on with it some day. */
    private void checkpoint(ImageParts parts, PartEnd end, StoredImage stored) throws IOException {
        writing.sync();
        String snapshot = source.keepSnapshotFor(writing.id());
        Checkpoint checkpoint = new Checkpoint(
                writing.id(),
                job.name().value(),
                settings,
                begun,
                services.clock().instant(),
                end,
                stored,
                snapshot,
                labelled(stored));
        try {
            services.checkpoints().save(checkpoint);
        } catch (BackupException e) {
            parts.withoutFurther();
            job.warn("no further checkpoints are made: " + e.getMessage());
            return;
        }
        hasCheckpoint = true;
        job.figure("checkpoint", checkpoint.place());
        job.transcript().line("checkpoint at " + checkpoint.place());
    }

    private Map<String, Instant> labelled(StoredImage stored) throws IOException {
        Map<String, Instant> labelled = new TreeMap<>();
        for (StoredSection section : stored.sections()) {
            Optional<Volume> volume = services.volumes().find(section.volume());
            volume.ifPresent(it -> labelled.put(it.id().value(), it.created()));
        }
        return labelled;
    }
}
