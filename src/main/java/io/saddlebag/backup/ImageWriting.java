package io.saddlebag.backup;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.Obligation;
import io.saddlebag.media.Volume;
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
import java.util.Optional;

/** Writes one image: media first, then the catalog, and only then it is a backup (C1). */
final class ImageWriting {
    /** Kind of the obligation to mark a backup whose writer died as abandoned. */
    static final String ABANDON_BACKUP = "abandon-backup";

    /** Leases of sources that stand still are renewed this often while an image is written. */
    private static final Duration RENEW_EVERY = Duration.ofSeconds(1);

    private final BackupServices services;
    private final JobRun job;
    private final BackupRun run;
    private final List<Obligation> imports = new ArrayList<>();
    private long renewedNanos;

    ImageWriting(BackupServices services, JobRun job, BackupRun run) {
        this.services = services;
        this.job = job;
        this.run = run;
    }

    Backup write(BackupSource source, ImageTarget target) throws IOException, InterruptedException {
        renewedNanos = services.waiter().nanos();
        try (Catalog.Writing writing = services.catalog().begin(source.about())) {
            Obligation abandon = job.owe(ABANDON_BACKUP, factsOf(writing, source, target));
            job.transcript()
                    .line("backup " + writing.id() + ": image " + source.imageId() + " goes to "
                            + target.description());
            Backup backup = writeAndCommit(source, target, writing);
            source.imageIsDurable();
            job.settle(abandon);
            report(backup);
            Optional<String> tooSoon = new ParentExpiry(services.catalog(), services.volumes()).warning(backup);
            if (tooSoon.isPresent()) {
                job.warn(tooSoon.get());
            }
            importFound();
            return backup;
        }
    }

    private static Map<String, String> factsOf(Catalog.Writing writing, BackupSource source, ImageTarget target) {
        String backup = writing.id().toString();
        return target.kind() == ImageTarget.Kind.POOL
                ? Map.of("backup", backup, PoolImport.POOL, target.place(), PoolImport.IMAGE, source.imageId())
                : Map.of("backup", backup, CatalogImport.LIBRARY, target.place());
    }

    private Backup writeAndCommit(BackupSource source, ImageTarget target, Catalog.Writing writing)
            throws IOException, InterruptedException {
        var filler = new CatalogFiller(writing, job, source.damage());
        StoredImage stored = new LaneWriting(services, source, target, filler, bytes -> passed(bytes, filler))
                .write(attendants(target));
        source.requireStill();
        source.requireIntact();
        run.renewLeases();
        if (!source.mayBeEmpty()) {
            filler.requireObjects(source.name());
        }
        return writing.complete(stored, filler.dataBytes(), services.clock().instant());
    }

    /** Called by the lanes in turns. */
    private void passed(long bytes, CatalogFiller filler) throws IOException {
        long now = services.waiter().nanos();
        if (now - renewedNanos >= RENEW_EVERY.toNanos()) {
            renewedNanos = now;
            run.renewLeases();
        }
        job.progress(new Job.Progress(bytes, filler.objects(), 0));
    }

    private Attendants attendants(ImageTarget target) throws IOException {
        return new Attendants(
                target.kind() == ImageTarget.Kind.LIBRARY
                        ? services.operator().of(job, target.place(), target.prompt())
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
