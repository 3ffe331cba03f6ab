package io.saddlebag.app;

import io.saddlebag.catalog.Backup;
import io.saddlebag.fault.BackupException;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobKind;
import io.saddlebag.job.JobRequest;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.Jobs;
import io.saddlebag.job.Overlap;
import io.saddlebag.journal.StoredJournals;
import io.saddlebag.restore.ImageOrigin;
import io.saddlebag.tapeoption.Prompt;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Opens backup files of journals wherever they are. Those on volumes are read by a job of their own, which mounts them, and asks nobody for missing ones. */
final class MountedJournals implements StoredJournals {
    private final StoredJournals pools;
    private final ImageOrigin origin;
    private final Jobs jobs;

    MountedJournals(StoredJournals pools, ImageOrigin origin, Jobs jobs) {
        this.pools = pools;
        this.origin = origin;
        this.jobs = jobs;
    }

    @Override
    public InputStream open(Backup backup) throws IOException {
        if (!backup.files().isEmpty()) {
            return pools.open(backup);
        }
        try {
            JobRun job = jobs.begin(
                            new JobRequest(
                                    "read journals in backup " + backup.id(),
                                    JobKind.RESTORE,
                                    null,
                                    List.of(),
                                    Map.of("backup", backup.id().toString())),
                            Overlap.WAIT)
                    .orElseThrow(() -> new IllegalStateException("a job that waits is never skipped"));
            return mounted(backup, job);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("interrupted while a volume was mounted");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    private InputStream mounted(Backup backup, JobRun job) throws IOException, InterruptedException {
        try {
            return new Reading(origin.open(backup, 1, new ImageOrigin.Asker(job, Prompt.AUTOMATIC)), job);
        } catch (IOException | InterruptedException | RuntimeException e) {
            Job failed = job.fail(e);
            if (e instanceof BackupException || e instanceof InterruptedException) {
                throw e;
            }
            throw new IOException("job " + failed.name() + " failed: " + e.getMessage(), e);
        }
    }

    /** The job lasts as long as somebody reads. */
    private static final class Reading extends FilterInputStream {
        private final JobRun job;
        private @Nullable IOException failure;
        private boolean closed;

        Reading(InputStream in, JobRun job) {
            super(in);
            this.job = job;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            try {
                return in.read(into, offset, length);
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }

        @Override
        public void close() throws IOException {
            if (closed) {
                return;
            }
            closed = true;
            IOException before = failure;
            try {
                in.close();
            } catch (IOException e) {
                before = before == null ? e : before;
            }
            if (before == null) {
                job.end();
            } else {
                job.fail(before);
                throw before;
            }
        }
    }
}
