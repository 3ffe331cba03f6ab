package io.saddlebag.journal;

import io.saddlebag.job.Job;
import io.saddlebag.job.JobLog;
import io.saddlebag.job.JobName;
import io.saddlebag.job.JobRequest;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Obligation;
import io.saddlebag.job.OperatorRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** As much of a {@link JobLog} as a pass over journals needs, in memory. */
final class MemoryJobLog implements JobLog {
    private final Map<JobName, Job> jobs = new LinkedHashMap<>();
    private final TreeMap<Long, Obligation> owed = new TreeMap<>();
    private long numbers;
    private long obligations;

    @Override
    public synchronized Job create(JobRequest request, String owner, Instant at) {
        JobName name = JobName.of(request.user(), ++numbers, 0);
        Job job = new Job(
                name, request, JobState.READY, null, owner, at, null, null, Job.Progress.NONE, Map.of(), List.of());
        jobs.put(name, job);
        return job;
    }

    @Override
    public synchronized boolean start(JobName name, String owner, Instant at) {
        Job job = require(name);
        if (job.state() != JobState.READY || running(job.request().task()).isPresent()) {
            return false;
        }
        jobs.put(name, with(job, JobState.RUNNING, null, owner, at, null, job.figures(), job.steps()));
        return true;
    }

    private static Job with(
            Job job,
            JobState state,
            @Nullable String cause,
            @Nullable String owner,
            @Nullable Instant dispatched,
            @Nullable Instant ended,
            Map<String, String> figures,
            List<Job.Step> steps) {
        return new Job(
                job.name(),
                job.request(),
                state,
                cause,
                owner,
                job.created(),
                dispatched,
                ended,
                job.progress(),
                figures,
                steps);
    }

    @Override
    public synchronized int beginStep(JobName name, String step, Instant at) {
        Job job = require(name);
        List<Job.Step> steps = new ArrayList<>(job.steps());
        steps.add(new Job.Step(steps.size() + 1, step, at, null, null));
        jobs.put(name, with(job, job.state(), job.cause(), job.owner(), job.dispatched(), null, job.figures(), steps));
        return steps.size();
    }

    @Override
    public synchronized void endStep(JobName name, int number, Instant at) {
        require(name);
    }

    @Override
    public synchronized void failStep(JobName name, int number, String failure, Instant at) {
        require(name);
    }

    @Override
    public synchronized void progress(JobName name, Job.Progress progress) {
        require(name);
    }

    @Override
    public synchronized void figures(JobName name, Map<String, String> figures) {
        Job job = require(name);
        Map<String, String> all = new HashMap<>(job.figures());
        all.putAll(figures);
        jobs.put(
                name,
                with(job, job.state(), job.cause(), job.owner(), job.dispatched(), job.ended(), all, job.steps()));
    }

    @Override
    public synchronized void end(JobName name, JobState state, @Nullable String cause, Instant at) {
        Job job = require(name);
        if (!job.state().ended()) {
            jobs.put(name, with(job, state, cause, job.owner(), job.dispatched(), at, job.figures(), job.steps()));
        }
    }

    @Override
    public synchronized boolean cancelRequested(JobName name) {
        require(name);
        return false;
    }

    @Override
    public synchronized Obligation owe(JobName name, String kind, Map<String, String> facts) {
        Obligation made = new Obligation(++obligations, name, kind, facts);
        owed.put(made.number(), made);
        return made;
    }

    @Override
    public synchronized void settle(Obligation obligation) {
        owed.remove(obligation.number());
    }

    @Override
    public synchronized List<Obligation> owed() {
        return List.copyOf(owed.descendingMap().values());
    }

    @Override
    public synchronized Optional<Job> find(JobName name) {
        return Optional.ofNullable(jobs.get(name));
    }

    @Override
    public synchronized Optional<Job> running(String task) {
        return jobs.values().stream()
                .filter(job ->
                        job.state() == JobState.RUNNING && job.request().task().equals(task))
                .findFirst();
    }

    @Override
    public synchronized List<Job> jobs() {
        return List.copyOf(jobs.values());
    }

    private Job require(JobName name) {
        Job job = jobs.get(name);
        if (job == null) {
            throw new IllegalStateException("no job " + name);
        }
        return job;
    }

    @Override
    public Job createPart(JobName of, JobRequest request, String owner, Instant at) {
        throw new UnsupportedOperationException();
    }

    @Override
    public OperatorRequest ask(JobName name, OperatorRequest.Question question, Instant at) {
        throw new UnsupportedOperationException();
    }

    @Override
    public OperatorRequest reply(JobName name, int number, OperatorRequest.Reply reply, String by) {
        throw new UnsupportedOperationException();
    }

    @Override
    public OperatorRequest close(JobName name, int number, String outcome, Instant at) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<OperatorRequest> requests(JobName name) {
        return List.of();
    }

    @Override
    public List<OperatorRequest> openRequests() {
        return List.of();
    }

    @Override
    public void state(JobName name, JobState state) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Job requestCancel(JobName name, String cause, Instant at) {
        throw new UnsupportedOperationException();
    }
}
