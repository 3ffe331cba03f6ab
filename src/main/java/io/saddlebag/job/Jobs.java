package io.saddlebag.job;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Instances;
import io.saddlebag.host.Waiter;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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
    private final Instances instances;

    /** @param instances know this process, for whoever finds its jobs after a crash, and whether others live */
    public Jobs(JobLog log, Transcripts transcripts, Clock clock, Waiter waiter, Instances instances) {
        this.log = log;
        this.transcripts = transcripts;
        this.clock = clock;
        this.waiter = waiter;
        this.instances = instances;
    }

    /**
     * Where all processes are taken to be alive.
     *
     * @param owner a name of this process that no other has
     */
    public Jobs(JobLog log, Transcripts transcripts, Clock clock, Waiter waiter, String owner) {
        this(log, transcripts, clock, waiter, new OneInstance(owner));
    }

    /** What is still owed by all jobs, the newest first. */
    public List<Obligation> owed() throws IOException {
        return log.owed();
    }

    /** Makes a job that this process begins later, or {@link #giveUp gives up}; when it dies before, the next start of a node ends the job. */
    public Job request(JobRequest request) throws IOException {
        return log.create(request, instances.self(), clock.instant());
    }

    /** As {@link #request(JobRequest)}, for one host's part of a job (S2). */
    public Job requestPart(JobName of, JobRequest request) throws IOException {
        return log.createPart(of, request, instances.self(), clock.instant());
    }

    /**
     * Makes a job and begins it.
     *
     * @return empty when it is not run: it is recorded as superseded, cancelled or failed, with the cause
     */
    public Optional<JobRun> begin(JobRequest request, Overlap overlap) throws IOException, InterruptedException {
        Job job = request(request);
        try {
            return start(job.name(), overlap);
        } catch (IOException | InterruptedException | RuntimeException e) {
            giveUp(List.of(job), e);
            throw e;
        }
    }

    /**
     * Ends those that never began, when the request that asked for them fails (W21). What can't be ended now is ended when this process has died.
     *
     * @param requested by this process
     * @param why the failure, which also gets what fails here
     */
    public void giveUp(List<Job> requested, Throwable why) {
        for (Job job : requested) {
            try {
                JobState state = require(job.name()).state();
                if (state == JobState.PENDING || state == JobState.READY) {
                    fail(job.name(), "it never began: " + JobRun.text(why));
                }
            } catch (IOException | RuntimeException e) {
                why.addSuppressed(e);
            }
        }
    }

    private void fail(JobName name, String cause) throws IOException {
        try (SteadyTranscript transcript = new SteadyTranscript(transcripts, name)) {
            transcript.line("job " + name + " ends as " + JobState.FAILED.display() + ": " + cause);
        }
        log.end(name, JobState.FAILED, cause, clock.instant());
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
        } catch (IOException | RuntimeException e) {
            endUnbegun(name, e);
            throw e;
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

    /**
     * Ends the job of that task as failed when the process that runs it is dead. For jobs that owe nothing: what others have
     * left is put right at the next start of a node.
     */
    public void endDead(String task) throws IOException {
        Optional<Job> running = log.running(task);
        String runs = running.map(Job::owner).orElse(null);
        if (running.isEmpty() || runs == null || instances.alive(runs)) {
            return;
        }
        JobName name = running.get().name();
        fail(name, "its process died");
    }

    /** What jobs wait for now, in whichever process (S7). */
    public List<OperatorRequest> openRequests() throws IOException {
        return log.openRequests();
    }

    /** Those of jobs that this process runs. */
    public List<OperatorRequest> openRequestsHere() throws IOException {
        List<OperatorRequest> here = new ArrayList<>();
        for (OperatorRequest request : log.openRequests()) {
            if (log.find(request.job())
                    .map(Job::owner)
                    .filter(instances.self()::equals)
                    .isPresent()) {
                here.add(request);
            }
        }
        return here;
    }

    /** All that a job has asked, in order. */
    public List<OperatorRequest> requests(JobName name) throws IOException {
        return log.requests(name);
    }

    /**
     * Answers what a job asks, in whichever process it runs (S9).
     *
     * @param request its number; null for the only one that the job waits for
     * @param by who answers
     * @throws BackupException {@link JobFault#NO_SUCH_JOB}; {@link JobFault#NOT_ASKING} when it waits for nothing, for
     *     several things and none was named, was answered already, or its process is dead; {@link JobFault#NO_ANSWER}
     */
    public OperatorRequest reply(JobName name, @Nullable Integer request, OperatorRequest.Reply reply, String by)
            throws IOException {
        Job job = require(name);
        String runs = job.owner();
        if (runs != null && !instances.alive(runs)) {
            throw notAsking(name, "its process died; the next start of the node ends it");
        }
        return log.reply(name, request == null ? onlyRequest(job) : request, reply, by);
    }

    private int onlyRequest(Job job) throws IOException {
        List<OperatorRequest> open =
                log.requests(job.name()).stream().filter(OperatorRequest::open).toList();
        if (open.isEmpty()) {
            throw notAsking(job.name(), "it is " + job.state().display());
        }
        if (open.size() > 1) {
            throw notAsking(
                    job.name(),
                    "it waits for several things, requests "
                            + open.stream()
                                    .map(each -> String.valueOf(each.number()))
                                    .collect(Collectors.joining(", "))
                            + ", and none was named");
        }
        return open.get(0).number();
    }

    private static BackupException notAsking(JobName name, String why) {
        return new BackupException(
                JobFault.NOT_ASKING,
                "job " + name + " can't be answered: " + why,
                "'saddlebag lsjob " + name + "' shows what it waits for.");
    }

    private boolean take(JobName name, Overlap overlap, SteadyTranscript transcript)
            throws IOException, InterruptedException {
        long sinceNanos = waiter.nanos();
        String told = "";
        while (!log.start(name, instances.self(), clock.instant())) {
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

    /** The log may have taken it for this process and failed to say so: nobody would run it, and it would keep its task from others. */
    private void endUnbegun(JobName name, Exception why) {
        try {
            Job job = require(name);
            if (!job.state().ended() && instances.self().equals(job.owner())) {
                fail(name, "it never began: " + JobRun.text(why));
            }
        } catch (IOException | RuntimeException e) {
            why.addSuppressed(e);
        }
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

    private record OneInstance(String self) implements Instances {
        @Override
        public boolean alive(String instance) {
            return true;
        }
    }
}
