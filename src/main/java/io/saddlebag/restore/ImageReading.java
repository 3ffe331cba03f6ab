package io.saddlebag.restore;

import io.saddlebag.catalog.Backup;
import io.saddlebag.fault.BackupException;
import io.saddlebag.image.ImageReader;
import io.saddlebag.image.ImageSummary;
import io.saddlebag.image.MemberSink;
import io.saddlebag.image.ReadMember;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobRun;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/** The one way by which images are read back; restoring and verifying differ only in the sink (C12). */
final class ImageReading {
    private final ImageOrigin origin;
    private final ExecutorService workers;

    ImageReading(ImageOrigin origin, ExecutorService workers) {
        this.origin = origin;
        this.workers = workers;
    }

    /**
     * Reads the image to its end and hands each object to the sink. When this returns every byte was as it was backed up.
     *
     * @throws BackupException when it isn't the image the catalog means, or not whole
     */
    ImageSummary read(Backup backup, MemberSink sink, JobRun job) throws IOException, InterruptedException {
        try (InputStream stored = origin.open(backup, job);
                ImageReader reader = ImageReader.open(stored, backup.about().layers(), workers)) {
            requireSame(backup, reader);
            var counted = new Counted(sink, job, backup);
            ImageSummary summary = reader.readAll(counted);
            requireComplete(backup, summary);
            return summary;
        }
    }

    private static void requireSame(Backup backup, ImageReader reader) throws BackupException {
        Optional<String> image = reader.manifest().map(manifest -> manifest.image());
        if (!image.equals(Optional.of(backup.about().imageId()))) {
            throw new BackupException(
                    RestoreFault.DIFFERS,
                    "what stands where the catalog has image " + backup.about().imageId() + " of backup " + backup.id()
                            + " is " + image.map(id -> "image " + id).orElse("no image of ours"),
                    "Rebuild the catalog's knowledge of the volume with 'saddlebag catalog import', and restore again.");
        }
    }

    private static void requireComplete(Backup backup, ImageSummary summary) throws BackupException {
        if (summary.dataBytes() != backup.dataBytes()) {
            throw new BackupException(
                    RestoreFault.DIFFERS,
                    "the image of backup " + backup.id() + " holds " + summary.dataBytes()
                            + " bytes of files, and the catalog" + " says " + backup.dataBytes(),
                    "Rebuild the catalog's knowledge of the volume with 'saddlebag catalog import', and restore again.");
        }
    }

    /** Tells the job how far it got. */
    private static final class Counted implements MemberSink {
        private final MemberSink sink;
        private final JobRun job;
        private final Backup backup;
        private long objects;
        private long bytes;

        Counted(MemberSink sink, JobRun job, Backup backup) {
            this.sink = sink;
            this.job = job;
            this.backup = backup;
        }

        @Override
        public void accept(ReadMember member) throws IOException {
            sink.accept(member);
            objects++;
            bytes += member.member().size();
            job.progress(new Job.Progress(bytes, objects, backup.dataBytes()));
        }
    }
}
