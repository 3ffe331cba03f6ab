package io.saddlebag.job;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Waiter;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Turns requests into jobs and begins them in this process. Thread-safe. */
public final class Jobs {
    /** How often a job that waits for another looks again. */
    static final Duration POLL = Duration.ofSeconds(1);

    /** After this a job that waits is superseded, so that a task that hangs doesn't gather waiting jobs without end. */
    static final Duration LONGEST_WAIT = Duration.ofHours(24);

    private final JobLog log;
    private final Transcripts transcripts;
    private final Clock clock;
    private final Waiter waiter;
    private final String owner;

    /** @param owner a name of this process that no other has, for whoever finds the job after a crash */
    public Jobs(JobLog log, Transcripts transcripts, Clock clock, Waiter waiter, String owner) {
        this.log = log;
        this.transcripts = transcripts;
        this.clock = clock;
        this.waiter = waiter;
        this.owner = owner;
    }

    /** Makes a job that somebody begins later. */
    public Job request(JobRequest request) throws IOException {
        return log.create(request, clock.instant());
    }

    /** As {@link #request(JobRequest)}, for one host's part of a job (S2). */
    public Job requestPart(JobName of, JobRequest request) throws IOException {
        return log.createPart(of, request, clock.instant());
    }

    /**
     * Makes a job and begins it.
     *
     * @return empty when it is not run: it is recorded as superseded, cancelled or failed, with the cause
     */
    public Optional<JobRun> begin(JobRequest request, Overlap overlap) throws IOException, InterruptedException {
        return start(request(request).name(), overlap);
    }

    /**
     * Starts a job requested before. While one that it depends on is still going to run, it waits.
     *
     * @return empty when it is not run: it is recorded as superseded, cancelled or failed, with the cause
     * @throws BackupException {@link JobFault#NO_SUCH_JOB}, or {@link JobFault#NOT_WAITING} when it runs already
     * @throws InterruptedException while waiting; the job is then recorded as cancelled
     */
    public Optional<JobRun> start(JobName name, Overlap overlap) throws IOException, InterruptedException {
        requireWaiting(name);
        SteadyTranscript transcript = new SteadyTranscript(transcripts, name);
        boolean begun = false;
        try {
            begun = take(name, overlap, transcript);
        } finally {
            if (!begun) {
                transcript.close();
            }
        }
        return begun ? Optional.of(new JobRun(name, log, transcript, clock, waiter)) : Optional.empty();
    }

    public Optional<Job> find(JobName name) throws IOException {
        return log.find(name);
    }

    /** All jobs, the oldest first. */
    public List<Job> jobs() throws IOException {
        return log.jobs();
    }

    public Transcripts transcripts() {
        return transcripts;
    }

    /** Cancels a job that waits, and asks one that runs, in whichever process, to end (S9). */
    public Job requestCancel(JobName name) throws IOException {
        return log.requestCancel(name, "it was cancelled before it began", clock.instant());
    }

    private boolean take(JobName name, Overlap overlap, SteadyTranscript transcript)
            throws IOException, InterruptedException {
        long sinceNanos = waiter.nanos();
        String told = "";
        while (!log.start(name, owner, clock.instant())) {
            Job job = require(name);
            if (job.state().ended()) {
                transcript.line("not run: " + job.cause());
                return false;
            }
            String obstacle = obstacle(job);
            boolean tooLong = waiter.nanos() - sinceNanos >= LONGEST_WAIT.toNanos();
            if (tooLong
                    || (overlap == Overlap.SKIP
                            && log.running(job.request().task()).isPresent())) {
                String cause = obstacle + (tooLong ? ", waited for " + LONGEST_WAIT : "");
                transcript.line("skipped: " + cause);
                transcript.sync();
                log.end(name, JobState.SUPERSEDED, cause, clock.instant());
                return false;
            }
            if (!obstacle.equals(told)) {
                told = obstacle;
                transcript.line("waits: " + obstacle);
            }
            await(name, transcript);
        }
        transcript.line("job " + name + " begins: " + require(name).request().task());
        return true;
    }

    private void await(JobName name, SteadyTranscript transcript) throws IOException, InterruptedException {
        try {
            waiter.await(POLL);
        } catch (InterruptedException e) {
            String cause = "interrupted while it waited";
            transcript.line("cancelled: " + cause);
            log.end(name, JobState.CANCELLED, cause, clock.instant());
            throw e;
        }
    }

    private String obstacle(Job job) throws IOException {
        String task = job.request().task();
        Optional<Job> other = log.running(task);
        if (other.isPresent()) {
            return "job " + other.get().name() + " runs '" + task + "' already";
        }
        for (JobName needed : job.request().dependsOn()) {
            JobState state = require(needed).state();
            if (!state.completed()) {
                return "job " + needed + ", which it depends on, is " + state.display();
            }
        }
        return "'" + task + "' has just become free";
    }

    private void requireWaiting(JobName name) throws IOException {
        JobState state = require(name).state();
        if (state == JobState.RUNNING || state == JobState.WAITING_FOR_OPERATOR) {
            throw new BackupException(
                    JobFault.NOT_WAITING,
                    "job " + name + " is " + state.display() + " already",
                    "Wait for it, or cancel it with 'saddlebag canceljob " + name + "'.");
        }
    }

    private Job require(JobName name) throws IOException {
        return log.find(name)
                .orElseThrow(() -> new BackupException(
                        JobFault.NO_SUCH_JOB, "there is no job " + name, "'saddlebag lsjob' lists all jobs."));
    }
}
