package io.saddlebag.job;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Waiter;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A job that this process runs. What it does is recorded as it does it: steps before and after they act (W21), figures,
 * progress, what has to be undone, and how it ended. Thread-safe; a step doesn't keep other threads from anything.
 */
public final class JobRun {
    /** Progress is made durable, and a wish to cancel looked for, at most this often (S12). */
    static final Duration PROGRESS_EVERY = Duration.ofSeconds(1);

    /** Warnings named in the job's cause; all are in the transcript. */
    static final int WARNINGS_SHOWN = 20;

    private static final int DEEPEST_CAUSE = 20;

    private final JobName name;
    private final JobLog log;
    private final SteadyTranscript transcript;
    private final Clock clock;
    private final Waiter waiter;
    private final List<String> warnings = new ArrayList<>();
    private final List<BackupException> deferred = new ArrayList<>();
    private long warningCount;
    private Job.@Nullable Progress unrecorded;
    private boolean progressed;
    private long progressNanos;
    private boolean ended;

    JobRun(JobName name, JobLog log, SteadyTranscript transcript, Clock clock, Waiter waiter) {
        this.name = name;
        this.log = log;
        this.transcript = transcript;
        this.clock = clock;
        this.waiter = waiter;
    }

    public JobName name() {
        return name;
    }

    /** Never fails: what could not be written there becomes a warning of the job. */
    public Transcript transcript() {
        return transcript;
    }

    /** Takes a line that a program or engine said. */
    public void output(String line) {
        transcript.line(line);
    }

    /**
     * Does something as a step of the job.
     *
     * @throws IOException as the action did, after that was recorded; or when the step could not be recorded: before the
     *     action, then it was not run, or after it
     */
    public <T> T step(String step, StepAction<T> action) throws IOException, InterruptedException {
        requireRunning();
        int number = log.beginStep(name, step, clock.instant());
        transcript.line("step " + number + " begins: " + step);
        T result;
        try {
            result = action.run();
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            stepFailed(number, step, e);
            throw e;
        }
        transcript.line("step " + number + " ended: " + step);
        transcript.sync();
        log.endStep(name, number, clock.instant());
        return result;
    }

    /** As {@link #step}, for what has no result. */
    public void act(String step, StepWork work) throws IOException, InterruptedException {
        step(step, () -> {
            work.run();
            return name;
        });
    }

    /** Notes what doesn't spoil the result; the job ends with warnings at best. */
    public void warn(String warning) {
        synchronized (this) {
            warningCount++;
            if (warnings.size() < WARNINGS_SHOWN) {
                warnings.add(warning);
            }
        }
        transcript.line("WARNING " + warning);
    }

    /** The job goes on and will end as failed, with this as a cause (W3). */
    public void defer(BackupException alarm) {
        synchronized (this) {
            deferred.add(alarm);
        }
        transcript.line("ALARM " + alarm.getMessage());
    }

    /** Something measured or produced; the newest value of a name counts. */
    public void figure(String figure, String value) throws IOException {
        requireRunning();
        log.figures(name, Map.of(figure, value));
    }

    /**
     * Says how far it got. Cheap: most calls only keep the numbers.
     *
     * @throws BackupException {@link JobFault#CANCELLED} when somebody asked for the job's end; the caller gives up
     */
    public void progress(Job.Progress progress) throws IOException {
        synchronized (this) {
            long now = waiter.nanos();
            if (progressed && now - progressNanos < PROGRESS_EVERY.toNanos()) {
                unrecorded = progress;
                return;
            }
            requireRunning();
            progressed = true;
            progressNanos = now;
            unrecorded = null;
        }
        log.progress(name, progress);
        checkCancelled();
    }

    /** Asks people for something; the job stands still until {@link #goesOn} (S7, S10). */
    public OperatorRequest ask(OperatorRequest.Question question) throws IOException {
        requireRunning();
        OperatorRequest request = log.ask(name, question, clock.instant());
        transcript.line("WAITING FOR " + question.audience() + " (request " + request.number() + "): "
                + question.wanted() + "; answers: " + request.replies());
        transcript.sync();
        return request;
    }

    /** The request as it is now, perhaps answered. */
    public OperatorRequest look(OperatorRequest request) throws IOException {
        return log.requests(name).stream()
                .filter(each -> each.number() == request.number())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("job " + name + " never asked " + request));
    }

    /**
     * The wait for that request is over, whatever ended it. Also while the thread is interrupted.
     *
     * @param outcome how it ended, for people
     * @return the request as it is now: with an answer, perhaps, that came at the last moment
     */
    public OperatorRequest goesOn(OperatorRequest request, String outcome) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            transcript.line("request " + request.number() + ": " + outcome);
            return log.close(name, request.number(), outcome, clock.instant());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Whether somebody, in whichever process, asked for the job's end. */
    public boolean cancelRequested() throws IOException {
        return log.cancelRequested(name);
    }

    /** @throws BackupException {@link JobFault#CANCELLED} when somebody asked for the job's end */
    public void checkCancelled() throws IOException {
        if (cancelRequested()) {
            throw new BackupException(
                    JobFault.CANCELLED, "job " + name + " was asked to end", "Run it again when it is wanted.");
        }
    }

    /** Records that something has to be undone, before it is done. */
    public Obligation owe(String kind, Map<String, String> facts) throws IOException {
        requireRunning();
        return log.owe(name, kind, facts);
    }

    /** It is undone; allowed after the job's end, too. */
    public void settle(Obligation obligation) throws IOException {
        log.settle(obligation);
    }

    /** Ends the job as what its steps came to: failed when something was deferred, else completed, perhaps with warnings. */
    public synchronized Job end() throws IOException {
        if (!deferred.isEmpty()) {
            return finish(JobState.FAILED, alarms());
        }
        transcript.sync();
        transcript.failure().ifPresent(lost -> {
            warningCount++;
            warnings.add("the transcript lacks lines: " + lost);
        });
        return warnings.isEmpty()
                ? finish(JobState.COMPLETED, null)
                : finish(JobState.COMPLETED_WITH_WARNINGS, warningText());
    }

    /** Ends the job as failed, or as cancelled when that is what the failure says. */
    public synchronized Job fail(Throwable failure) throws IOException {
        if (failure instanceof InterruptedException) {
            return cancel();
        }
        boolean cancelled = isCancelled(failure);
        return finish(cancelled ? JobState.CANCELLED : JobState.FAILED, withAlarms(text(failure)));
    }

    /** What stores an image wraps what its source threw. */
    private static boolean isCancelled(Throwable failure) {
        @Nullable Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++) {
            if (cause instanceof BackupException known && known.is(JobFault.CANCELLED)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    /** Ends the job as cancelled, since its thread was asked to stop. */
    public synchronized Job cancel() throws IOException {
        return finish(JobState.CANCELLED, withAlarms("it was interrupted"));
    }

    private Job finish(JobState state, @Nullable String cause) throws IOException {
        if (!ended) {
            // an interrupt must not keep the end from being recorded; it is passed on afterwards
            boolean interrupted = Thread.interrupted();
            try {
                record(state, cause);
                ended = true;
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
        return log.find(name).orElseThrow(() -> new IllegalStateException("job " + name + " is gone from the log"));
    }

    private void record(JobState state, @Nullable String cause) throws IOException {
        Job.Progress last = unrecorded;
        if (last != null) {
            log.progress(name, last);
        }
        transcript.line("job " + name + " ends as " + state.display() + (cause == null ? "" : ": " + cause));
        transcript.sync();
        log.end(name, state, cause, clock.instant());
        transcript.close();
    }

    private void stepFailed(int number, String step, Throwable failure) {
        String text = text(failure);
        transcript.line("step " + number + " FAILED: " + step + ": " + text);
        transcript.sync();
        boolean interrupted = Thread.interrupted();
        try {
            log.failStep(name, number, text, clock.instant());
        } catch (IOException | RuntimeException e) {
            failure.addSuppressed(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private synchronized void requireRunning() {
        if (ended) {
            throw new IllegalStateException("job " + name + " has ended");
        }
    }

    private String warningText() {
        long more = warningCount - warnings.size();
        return String.join("\n", warnings) + (more > 0 ? "\nand " + more + " more, see the transcript" : "");
    }

    private String alarms() {
        return String.join("\n", deferred.stream().map(JobRun::text).toList());
    }

    private String withAlarms(String cause) {
        return deferred.isEmpty() ? cause : cause + "\n" + alarms();
    }

    /** What of a failure a job has as its cause. */
    static String text(Throwable failure) {
        String message = failure.getMessage();
        if (failure instanceof BackupException && message != null) {
            return message;
        }
        String kind = failure.getClass().getSimpleName();
        return message == null ? kind : kind + ": " + message;
    }
}
