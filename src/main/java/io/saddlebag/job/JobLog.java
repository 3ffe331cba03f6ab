package io.saddlebag.job;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The durable truth about jobs (S7, S10, W21). Every call that changes something is durable on return. Thread-safe, also
 * across processes.
 *
 * <p>A job that isn't there is a {@link io.saddlebag.fault.BackupException} with {@link JobFault#NO_SUCH_JOB}; a change
 * that doesn't fit the job's state is an {@link IllegalStateException}. Both change nothing.
 */
public interface JobLog {
    /**
     * Adds a job in state {@link JobState#PENDING} under a name never given before (S2). When a job that it depends on has
     * failed already, it is added as failed (S8).
     *
     * @param owner the process that asks for it; when that dies before the job begins, the job is a dead one's
     */
    Job create(JobRequest request, String owner, Instant at) throws IOException;

    /** Adds a part of a job, named after it: {@code 15.1} of {@code 15}, {@code admin/16.2} of {@code admin/16} (S2). */
    Job createPart(JobName of, JobRequest request, String owner, Instant at) throws IOException;

    /**
     * Takes a pending or ready job for this process.
     *
     * @return false, and nothing is changed, when another job of the same task is running (W18), when it isn't waiting, or
     *     when a job that it depends on hasn't completed (S8)
     */
    boolean start(JobName name, String owner, Instant at) throws IOException;

    /** @return the step's number, from 1; only a running job has steps */
    int beginStep(JobName name, String step, Instant at) throws IOException;

    void endStep(JobName name, int number, Instant at) throws IOException;

    void failStep(JobName name, int number, String failure, Instant at) throws IOException;

    void progress(JobName name, Job.Progress progress) throws IOException;

    void figures(JobName name, Map<String, String> figures) throws IOException;

    /**
     * Records that a running job asks people for something; from now on it waits for an operator. It may ask for several
     * things at once.
     */
    OperatorRequest ask(JobName name, OperatorRequest.Question question, Instant at) throws IOException;

    /**
     * Answers a request, from whichever process (S9). The first answer counts.
     *
     * @param by who answers
     * @throws io.saddlebag.fault.BackupException {@link JobFault#NOT_ASKING} when there is no such request, when the job
     *     waits for it no more, or when it is answered already; {@link JobFault#NO_ANSWER} when the answer is none to what
     *     was asked
     */
    OperatorRequest reply(JobName name, int number, OperatorRequest.Reply reply, String by) throws IOException;

    /**
     * The job doesn't wait for that request any more; when it waits for no other, it is running again. Closing twice changes
     * nothing, and the end of a job closes all of its requests.
     *
     * @param outcome why, for people
     * @return the request as it is now: with an answer, perhaps, that came at the last moment
     */
    OperatorRequest close(JobName name, int number, String outcome, Instant at) throws IOException;

    /** All that a job has asked, in order. */
    List<OperatorRequest> requests(JobName name) throws IOException;

    /** What jobs wait for now, the oldest job first. */
    List<OperatorRequest> openRequests() throws IOException;

    /** Moves a job between pending and ready, or between running and waiting-for-operator. */
    void state(JobName name, JobState state) throws IOException;

    /**
     * Ends the job, once; ending an ended job changes nothing. Unless it completed, those that depend on it fail with it,
     * and those that depend on them (S8), at once: either all is recorded or nothing.
     *
     * @param state one that is an end
     * @param cause null when there is nothing to say
     */
    void end(JobName name, JobState state, @Nullable String cause, Instant at) throws IOException;

    /**
     * Asks for a job's end: one that waits is cancelled at once; one that runs is asked to end itself, in whichever
     * process (S9).
     *
     * @param cause who asks, or why
     * @return the job as it is now
     */
    Job requestCancel(JobName name, String cause, Instant at) throws IOException;

    /** Whether a running job has been asked to end. */
    boolean cancelRequested(JobName name) throws IOException;

    /** Records something that must be undone before the job is over, whoever does it. */
    Obligation owe(JobName name, String kind, Map<String, String> facts) throws IOException;

    /** It is undone. Settling twice changes nothing. */
    void settle(Obligation obligation) throws IOException;

    /** What is still owed by all jobs, the newest first: the order in which it has to be undone. */
    List<Obligation> owed() throws IOException;

    Optional<Job> find(JobName name) throws IOException;

    /** The job of that task that runs, or waits for an operator (W18). */
    Optional<Job> running(String task) throws IOException;

    /** All jobs, the oldest first. */
    List<Job> jobs() throws IOException;
}
