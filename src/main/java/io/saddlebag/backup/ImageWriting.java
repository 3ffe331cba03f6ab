package io.saddlebag.backup;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.checkpoint.Checkpoint;
import io.saddlebag.fault.BackupException;
import io.saddlebag.image.ChangedFileException;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.Obligation;
import io.saddlebag.media.Volume;
import io.saddlebag.snapshot.SnapshotFault;
import io.saddlebag.volume.Attendants;
import io.saddlebag.volume.FoundSection;
import io.saddlebag.volume.OperatorDesk;
import io.saddlebag.volume.StoredImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes one image: media first, then the catalog, and only then it is a backup (C1). */
final class ImageWriting {
    /** Kind of the obligation to mark a backup whose writer died as abandoned. */
    static final String ABANDON_BACKUP = "abandon-backup";

    /** Its number. */
    static final String BACKUP = "backup";

    /** Leases of sources that stand still are renewed this often while an image is written. */
    private static final Duration RENEW_EVERY = Duration.ofSeconds(1);

    /** So often it is looked whether snapshots leave their sources enough room. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    /** One part in so many of the time goes into that. */
    private static final int LOOKS_SHARE = 10;

    private static final int DEEPEST_CAUSE = 20;

    private final BackupServices services;
    private final JobRun job;
    private final BackupRun run;
    private final List<Obligation> imports = new ArrayList<>();
    private @Nullable Obligation owed;
    private long renewedNanos;
    private long roomSeenNanos;
    private long nextLookNanos = LOOK_EVERY.toNanos();

    ImageWriting(BackupServices services, JobRun job, BackupRun run) {
        this.services = services;
        this.job = job;
        this.run = run;
    }

    Backup write(BackupSource source, ImageTarget target) throws IOException, InterruptedException {
        BackupSource wanted = source.keptAs(target.facts(services.owner()));
        renewedNanos = services.waiter().nanos();
        roomSeenNanos = renewedNanos;
        Restart restart = new Restart(services, job, wanted, target);
        @Nullable Checkpoint from = restart.find().orElse(null);
        Catalog.@Nullable Writing taken = from == null ? null : take(restart, from, target);
        if (from == null || taken == null) {
            return write(wanted, target, restart, services.catalog().begin(wanted.about()), null);
        }
        Backup begun = services.catalog().find(from.backup()).orElseThrow();
        @Nullable HeldSnapshot view = restart.takeOverSnapshot(from).orElse(null);
        if (view != null) {
            run.hold(view);
        }
        BackupSource begunBefore =
                wanted.goingOn(begun.about(), from.parts().image().job(), view);
        try {
            return write(begunBefore, target, restart, taken, from);
        } catch (ChangedFileException e) {
            restart.startOver(begun, String.valueOf(e.getMessage()));
            owed = null;
            return write(wanted, target, restart, services.catalog().begin(wanted.about()), null);
        }
    }

    /** The debt first: a backup that was taken over and forgotten would be nobody's. */
    private Catalog.@Nullable Writing take(Restart restart, Checkpoint from, ImageTarget target) throws IOException {
        Obligation abandon = job.owe(
                ABANDON_BACKUP, factsOf(from.backup(), from.parts().image().imageId(), target));
        Optional<Catalog.Writing> taken = restart.take(from);
        if (taken.isEmpty()) {
            job.settle(abandon);
            return null;
        }
        owed = abandon;
        return taken.get();
    }

    private Backup write(
            BackupSource source, ImageTarget target, Restart restart, Catalog.Writing opened, @Nullable Checkpoint from)
            throws IOException, InterruptedException {
        try (Catalog.Writing writing = opened) {
            Obligation abandon =
                    owed == null ? job.owe(ABANDON_BACKUP, factsOf(writing.id(), source.imageId(), target)) : owed;
            job.transcript()
                    .line("backup " + writing.id() + ": image " + source.imageId() + " goes to "
                            + target.description());
            Backup backup = restart.startsOverBecause() == null
                    ? writeParts(
                            source,
                            target,
                            writing,
                            new PartWriting(services, job, source, target, writing, restart.settings(), from))
                    : writeAndCommit(source, target, writing);
            Map<String, String> late = source.lateFacts();
            if (!late.isEmpty()) {
                services.catalog().addFacts(backup.id(), late);
            }
            source.imageIsDurable(backup);
            job.settle(abandon);
            removeCheckpoint(backup.id());
            report(backup);
            ParentExpiry parents = new ParentExpiry(services.catalog(), services.volumes());
            parents.warning(backup).ifPresent(job::warn);
            parents.note(backup).ifPresent(this::note);
            importFound();
            return backup;
        }
    }

    private static Map<String, String> factsOf(BackupId id, String imageId, ImageTarget target) {
        return target.kind() == ImageTarget.Kind.POOL
                ? Map.of(BACKUP, id.toString(), PoolImport.POOL, target.place(), PoolImport.IMAGE, imageId)
                : Map.of(BACKUP, id.toString(), CatalogImport.LIBRARY, target.place());
    }

    private Backup writeAndCommit(BackupSource source, ImageTarget target, Catalog.Writing writing)
            throws IOException, InterruptedException {
        var filler = new CatalogFiller(writing, job, source.damage());
        StoredImage stored = new LaneWriting(services, source, target, filler, bytes -> passed(bytes, filler.objects()))
                .write(attendants(target));
        requireGood(source, filler, 0);
        return writing.complete(stored, filler.dataBytes(), services.clock().instant());
    }

    /** What went wrong on the way costs no more than what came behind the last checkpoint (D6). */
    private Backup writeParts(BackupSource source, ImageTarget target, Catalog.Writing writing, PartWriting parts)
            throws IOException, InterruptedException {
        var filler = new CatalogFiller(writing, job, source.damage());
        boolean over = false;
        try {
            StoredImage stored = parts.write(
                    filler, bytes -> passed(bytes, parts.objectsBefore() + filler.objects()), attendants(target));
            requireGood(source, filler, parts.objectsBefore());
            Backup backup = writing.complete(
                    stored,
                    parts.dataBytesBefore() + filler.dataBytes(),
                    services.clock().instant());
            over = true;
            return backup;
        } catch (BackupException e) {
            over = hasCause(e, SnapshotFault.LOST) || hasCause(e, SnapshotFault.NO_ROOM);
            throw e;
        } catch (ChangedFileException e) {
            over = true;
            throw e;
        } finally {
            if (!over && parts.hasCheckpoint()) {
                writing.leave();
                source.leaveSnapshot();
                note("a repeat goes on with backup " + writing.id() + " from its last checkpoint");
            }
        }
    }

    /** Whoever wrote the image may have added where. */
    static boolean hasCause(Throwable failure, SnapshotFault fault) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .limit(DEEPEST_CAUSE)
                .anyMatch(each -> each instanceof BackupException known && known.is(fault));
    }

    /** It is a backup by now, whatever becomes of what it could have been gone on from. */
    private void removeCheckpoint(BackupId id) {
        try {
            services.checkpoints().remove(id);
        } catch (IOException e) {
            job.warn("the checkpoint of backup " + id + " is no longer needed, and could not be removed: "
                    + e.getMessage());
        }
    }

    private void requireGood(BackupSource source, CatalogFiller filler, long objectsBefore) throws IOException {
        run.renewLeases();
        if (!source.mayBeEmpty() && objectsBefore == 0) {
            filler.requireObjects(source.name());
        }
    }

    /** Called by the lanes in turns. */
    private void passed(long bytes, long objects) throws IOException {
        long now = services.waiter().nanos();
        if (now - renewedNanos >= RENEW_EVERY.toNanos()) {
            renewedNanos = now;
            run.renewLeases();
        }
        watchRoom();
        job.progress(new Job.Progress(bytes, objects, 0));
    }

    /** Also while an operator is waited for. A look that takes long, as of LVM, is made the less often. */
    private synchronized void watchRoom() throws IOException {
        long now = services.waiter().nanos();
        if (now - roomSeenNanos >= nextLookNanos) {
            run.requireRoom();
            roomSeenNanos = services.waiter().nanos();
            nextLookNanos = Math.max(LOOK_EVERY.toNanos(), LOOKS_SHARE * (roomSeenNanos - now));
        }
    }

    private Attendants attendants(ImageTarget target) throws IOException {
        return new Attendants(
                target.kind() == ImageTarget.Kind.LIBRARY
                        ? services.operator()
                                .of(job, target.place(), target.prompt())
                                .with(this::watchRoom)
                        : OperatorDesk.UNATTENDED,
                (volume, sections) -> found(target, volume, sections),
                this::note);
    }

    private synchronized void note(String line) {
        try {
            job.transcript().line(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Images that the catalog doesn't know: the debt to read them in is durable before anything is written behind them. */
    private synchronized void found(ImageTarget target, Volume volume, List<FoundSection> sections) throws IOException {
        job.warn("volume " + volume.id() + " holds " + sections.size() + " sections that the catalog did not know; they"
                + " stay, and are read into it after this image");
        imports.add(job.owe(
                CatalogImport.IMPORT_VOLUME,
                Map.of(
                        CatalogImport.LIBRARY,
                        target.place(),
                        CatalogImport.VOLUME,
                        volume.id().value())));
    }

    private void importFound() throws IOException, InterruptedException {
        for (Obligation obligation : imports) {
            services.imports().settle(obligation.facts(), job.transcript());
            job.settle(obligation);
        }
    }

    private void report(Backup backup) throws IOException {
        String volumes = String.join(" ", backup.places());
        job.figure("backup-id", backup.id().toString());
        job.figure("objects", Long.toString(backup.objects()));
        job.figure("data-bytes", Long.toString(backup.dataBytes()));
        job.figure("image-bytes", Long.toString(backup.imageBytes()));
        job.figure("volumes", volumes);
        job.transcript()
                .line("backup " + backup.id() + " is durable on " + volumes + " and in the catalog: "
                        + backup.objects() + " objects, " + backup.dataBytes() + " bytes of data, "
                        + backup.imageBytes() + " bytes written");
    }
}
