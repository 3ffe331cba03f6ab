package io.saddlebag.backup;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.Obligation;
import io.saddlebag.volume.StoredImage;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes one image: media first, then the catalog, and only then it is a backup (C1). */
final class ImageWriting {
    /** Kind of the obligation to mark a backup whose writer died as abandoned. */
    static final String ABANDON_BACKUP = "abandon-backup";

    /** Leases of sources that stand still are renewed this often while an image is written. */
    private static final Duration RENEW_EVERY = Duration.ofSeconds(1);

    private final BackupServices services;
    private final JobRun job;
    private final BackupRun run;
    private long renewedNanos;

    ImageWriting(BackupServices services, JobRun job, BackupRun run) {
        this.services = services;
        this.job = job;
        this.run = run;
    }

    Backup write(BackupSource source, ImageTarget target) throws IOException, InterruptedException {
        try (Catalog.Writing writing = services.catalog().begin(source.about())) {
            Obligation abandon =
                    job.owe(ABANDON_BACKUP, Map.of("backup", writing.id().toString()));
            job.transcript().line("backup " + writing.id() + ": image " + source.imageId() + " goes to " + target.description());
            Backup backup = writeAndCommit(source, target, writing);
            job.settle(abandon);
            report(backup);
            return backup;
        }
    }

    private Backup writeAndCommit(BackupSource source, ImageTarget target, Catalog.Writing writing)
            throws IOException, InterruptedException {
        var counting = new CatalogFiller(writing, job);
        StoredImage stored;
        try (InputStream image = source.open(counting)) {
            stored = target.store(source.label(), image, bytes -> progress(bytes, counting));
        }
        run.renewLeases();
        counting.requireObjects(source.name());
        return writing.complete(stored, counting.dataBytes(), services.clock().instant());
    }

    private void progress(long bytes, CatalogFiller filled) throws IOException {
        long now = services.waiter().nanos();
        if (now - renewedNanos >= RENEW_EVERY.toNanos()) {
            renewedNanos = now;
            run.renewLeases();
        }
        job.progress(new Job.Progress(bytes, filled.objects(), 0));
    }

    private void report(Backup backup) throws IOException {
        String volumes = backup.sections().stream()
                .map(section -> section.volume().value())
                .distinct()
                .collect(Collectors.joining(" "));
        job.figure("backup-id", backup.id().toString());
        job.figure("objects", Long.toString(backup.objects()));
        job.figure("data-bytes", Long.toString(backup.dataBytes()));
        job.figure("image-bytes", Long.toString(backup.imageBytes()));
        job.figure("volumes", volumes);
        job.transcript().line("backup " + backup.id() + " is durable on " + volumes + " and in the catalog: "
                + backup.objects() + " objects, " + backup.dataBytes() + " bytes of data, " + backup.imageBytes()
                + " bytes written");
    }
}
