package io.saddlebag.backup;

import io.saddlebag.fault.BackupException;
import io.saddlebag.job.JobKind;
import io.saddlebag.job.JobName;
import io.saddlebag.job.JobRequest;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.Overlap;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Begins backup jobs and knows those of this process that are in progress. Thread-safe. */
public final class Backups {
    private final BackupServices services;
    private final SourceRights rights;

    /** Whoever asks has the rights of this process. */
    public Backups(BackupServices services) {
        this(services, SourceRights.own(services.files()));
    }

    public Backups(BackupServices services, SourceRights rights) {
        this.services = services;
        this.rights = rights;
    }

    /**
     * Makes a job and begins it.
     *
     * @param task what is backed up; two jobs of one task never run at once (W18)
     * @param user who asks on demand; null for a schedule (S2)
     * @return empty when the job was skipped, since its task runs already: it is recorded as superseded
     */
    public Optional<BackupRun> begin(String task, @Nullable String user, Overlap overlap, Map<String, String> facts)
            throws IOException, InterruptedException {
        Optional<JobRun> job =
                services.jobs().begin(new JobRequest(task, JobKind.BACKUP, user, List.of(), facts), overlap);
        return job.map(run -> {
            BackupRun backup = new BackupRun(services, run, new RequesterRights(rights, run));
            services.running().put(run.name(), backup);
            return backup;
        });
    }

    /** @throws BackupException {@link BackupFault#NO_JOB} when that job isn't in progress in this process */
    public BackupRun running(JobName name) throws BackupException {
        BackupRun run = services.running().get(name);
        if (run == null) {
            throw new BackupException(
                    BackupFault.NO_JOB,
                    "job " + name + " is not in progress in this process",
                    "Begin the route with a step 'job:begin'; 'saddlebag lsjob' shows all jobs.");
        }
        return run;
    }
}
