package io.saddlebag.job;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The durable truth about jobs (S7, S10, W21). Every call that changes something is durable on return. Thread-safe, also
 * across processes.
 */
public interface JobLog {
    /** Adds a job in state {@link JobState#PENDING} under a name never given before. */
    Job create(JobRequest request, Instant at) throws IOException;

    /**
     * Takes a pending or ready job for this process.
     *
     * @return false, and nothing is changed, when another job of the same task is running (W18) or it isn't waiting
     */
    boolean start(JobName name, String owner, Instant at) throws IOException;

    int beginStep(JobName name, String step, Instant at) throws IOException;

    void endStep(JobName name, int number, Instant at) throws IOException;

    void failStep(JobName name, int number, String failure, Instant at) throws IOException;

    void progress(JobName name, Job.Progress progress) throws IOException;

    void figures(JobName name, Map<String, String> figures) throws IOException;

    void state(JobName name, JobState state) throws IOException;

    /** Ends the job, once; ending an ended job changes nothing. */
    void end(JobName name, JobState state, String cause, Instant at) throws IOException;

    /** Records something that must be undone before the job is over, whoever does it. */
    Obligation owe(JobName name, String kind, Map<String, String> facts) throws IOException;

    void settle(Obligation obligation) throws IOException;

    /** What is still owed by all jobs, the newest first: the order in which it has to be undone. */
    List<Obligation> owed() throws IOException;

    Optional<Job> find(JobName name) throws IOException;

    /** All jobs, the oldest first. */
    List<Job> jobs() throws IOException;
}
