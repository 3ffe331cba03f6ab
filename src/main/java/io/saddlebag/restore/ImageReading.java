package io.saddlebag.restore;

import io.saddlebag.catalog.Backup;
import io.saddlebag.fault.BackupException;
import io.saddlebag.image.ImageException;
import io.saddlebag.image.ImageReader;
import io.saddlebag.image.ImageSummary;
import io.saddlebag.image.MemberSink;
import io.saddlebag.image.ReadMember;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobRun;
import io.saddlebag.tapeoption.Prompt;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.stream.Collectors;

/** The one way by which images are read back; restoring and verifying differ only in the sink (C12). */
final class ImageReading {
    private final ImageOrigin origin;
    private final ExecutorService workers;

    ImageReading(ImageOrigin origin, ExecutorService workers) {
        this.origin = origin;
        this.workers = workers;
    }

    /** The job that reads, and whom it asks for volumes that are missing. */
    record Asker(JobRun job, Prompt prompt) {}

    /**
     * Reads the image to its end and hands each object to the sink. When this returns every byte was as it was backed up.
     *
     * @throws BackupException when it isn't the image the catalog means, or not whole
     */
    ImageSummary read(Backup backup, MemberSink sink, Asker asker) throws IOException, InterruptedException {
        return read(backup, sink, asker, After.DAMAGE_ENDS_IT);
    }

    /** As {@link #read}, and after damage goes on through what is stored until the volume is known that holds it. */
    ImageSummary readAndLocateDamage(Backup backup, MemberSink sink, Asker asker)
            throws IOException, InterruptedException {
        return read(backup, sink, asker, After.DAMAGE_IS_LOCATED);
    }

    private ImageSummary read(Backup backup, MemberSink sink, Asker asker, After after)
            throws IOException, InterruptedException {
        try (InputStream stored = origin.open(backup, asker.job(), asker.prompt())) {
            try (ImageReader reader =
                    ImageReader.open(left(stored), backup.about().layers(), workers)) {
                requireSame(backup, reader);
                var counted = new Counted(sink, asker.job(), backup);
                ImageSummary summary = reader.readAll(counted);
                requireComplete(backup, summary);
                return summary;
            } catch (ImageException e) {
                throw located(backup, e, after == After.DAMAGE_IS_LOCATED ? stored : InputStream.nullInputStream());
            }
        }
    }

    private enum After {
        DAMAGE_ENDS_IT,
        DAMAGE_IS_LOCATED
    }

    /** Its reader leaves it open, so that more can be learned of it. */
    private static InputStream left(InputStream stored) {
        return new FilterInputStream(stored) {
            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                return in.read(into, offset, length);
            }

            @Override
            public void close() {
                // its owner does
            }
        };
    }

    /** The image's own checksums tell that something is wrong; those of the sections, further on, tell where. */
    private static BackupException located(Backup backup, ImageException damage, InputStream rest) {
        String where;
        try {
            rest.transferTo(OutputStream.nullOutputStream());
            where = "the image is on "
                    + backup.sections().stream()
                            .map(section -> "volume " + section.volume())
                            .distinct()
                            .collect(Collectors.joining(", "));
        } catch (IOException e) {
            damage.addSuppressed(e);
            where = e instanceof BackupException known ? known.what() : String.valueOf(e.getMessage());
        }
        return new BackupException(damage.code(), damage.what() + "; " + where, damage.hint(), damage);
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
