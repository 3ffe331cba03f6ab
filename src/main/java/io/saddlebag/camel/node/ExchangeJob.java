package io.saddlebag.camel.node;

import io.saddlebag.backup.BackupRun;
import io.saddlebag.fault.BackupException;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobName;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.support.SynchronizationAdapter;
import org.apache.camel.util.ObjectHelper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A backup job that goes along with an exchange. However the exchange ends - through, failed, stopped early, in a route
 * without {@code job:end}, handed over to another thread - the job ends with it, once: databases are started, snapshots
 * released (W3).
 *
 * <p>A phase that failed fails the job, also when the route handled the exception, unless the same phase went well later. So does any
 * other failure that was handled, unless the exchange came to {@code job:end}.
 */
public final class ExchangeJob extends SynchronizationAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(ExchangeJob.class);

    private final ContextNode context;
    private final BackupRun run;
    private final Map<String, Throwable> failedPhases = new LinkedHashMap<>();
    private final Deque<Closeable> open = new ArrayDeque<>();
    private final CompletableFuture<Job> over = new CompletableFuture<>();
    private final @Nullable Throwable caughtBefore;
    private boolean ended;

    private ExchangeJob(ContextNode context, BackupRun run, @Nullable Throwable caughtBefore) {
        this.context = context;
        this.run = run;
        this.caughtBefore = caughtBefore;
    }

    /** Binds the job to the exchange and all copies that are made of it. */
    public static ExchangeJob begin(Exchange exchange, ContextNode context, BackupRun run) {
        ExchangeJob job = new ExchangeJob(context, run, caught(exchange));
        context.begun(job);
        exchange.getExchangeExtension().addOnCompletion(job);
        exchange.getMessage().setHeader(SaddlebagHeaders.JOB, job.name().value());
        exchange.getMessage().setHeader(SaddlebagHeaders.JOB_FILE, fileName(job.name()));
        exchange.setProperty(SaddlebagHeaders.JOB, job.name().value());
        return job;
    }

    /** @throws BackupException {@link StepFault#ALREADY_IN_JOB} */
    public static void requireNone(Exchange exchange, ContextNode context) throws BackupException {
        JobName name = name(exchange);
        if (name != null && context.job(name).isPresent()) {
            throw new BackupException(
                    StepFault.ALREADY_IN_JOB,
                    "this exchange belongs to job " + name + ", which is in progress",
                    "End it with a step 'job:end' before the next 'job:begin', or leave the second out.");
        }
    }

    /** The job in progress that the exchange belongs to. */
    public static Optional<ExchangeJob> find(Exchange exchange, ContextNode context) {
        JobName name = name(exchange);
        return name == null ? Optional.empty() : context.job(name);
    }

    /** @throws BackupException {@link StepFault#NO_JOB} when the exchange belongs to no job that is in progress */
    public static ExchangeJob of(Exchange exchange, ContextNode context) throws BackupException {
        JobName name = name(exchange);
        if (name == null) {
            throw new BackupException(
                    StepFault.NO_JOB,
                    "this exchange belongs to no job",
                    "Put a step 'job:begin?task=...' before this one.");
        }
        return context.job(name)
                .orElseThrow(() -> new BackupException(
                        StepFault.NO_JOB,
                        "job " + name + " is not in progress in this context",
                        "Put this step between 'job:begin' and 'job:end'; 'saddlebag lsjob' shows all jobs."));
    }

    /** A job's name as part of a file name. */
    public static String fileName(JobName name) {
        return name.value().replace('/', '-');
    }

    // the property outlives a route's 'removeHeaders', the header a hop that loses properties
    private static @Nullable JobName name(Exchange exchange) {
        // the property first: no message from outside can set it
        String name = exchange.getProperty(SaddlebagHeaders.JOB, String.class);
        if (name == null) {
            name = exchange.getMessage().getHeader(SaddlebagHeaders.JOB, String.class);
        }
        return name == null ? null : new JobName(name);
    }

    public JobName name() {
        return run.name();
    }

    public BackupRun run() {
        return run;
    }

    /** Done when the job is over, however it went. */
    CompletableFuture<?> over() {
        return over.handle((job, failure) -> job);
    }

    /** Closes something when the job ends, before what it was made of goes. */
    public synchronized void closeAtEnd(Closeable resource) {
        open.addLast(resource);
    }

    /**
     * Runs a phase, and remembers its failure until it goes well.
     *
     * @throws IllegalStateException for an {@link Error} as well: Camel lets those pass without completing the exchange, and
     *     the job would never end
     */
    public <T extends @Nullable Object> T phase(String phase, Phase<T> work) throws IOException, InterruptedException {
        try {
            T result = work.run(run);
            succeeded(phase);
            return result;
        } catch (IOException | InterruptedException | RuntimeException e) {
            failed(phase, e);
            throw e;
        } catch (Error e) {
            failed(phase, e);
            throw new IllegalStateException("phase '" + phase + "' of job " + name() + " broke: " + e, e);
        }
    }

    private synchronized void succeeded(String phase) {
        failedPhases.remove(phase);
    }

    private synchronized void failed(String phase, Throwable failure) {
        failedPhases.put(phase, failure);
    }

    /** Ends the job now; only its outcome when it has ended. */
    public Job end() throws IOException {
        return end(null);
    }

    private Job end(@Nullable Throwable early) throws IOException {
        synchronized (this) {
            if (ended) {
                return over.join();
            }
            ended = true;
        }
        try {
            Throwable failure = closeAll(stopped(early == null ? firstFailedPhase() : early));
            Job job = run.end(failure);
            over.complete(job);
            context.tell(job);
            return job;
        } catch (IOException | RuntimeException e) {
            over.completeExceptionally(e);
            throw e;
        } finally {
            context.ended(this);
        }
    }

    /** The stop of the route, however deep below: a job that was told to end didn't fail. */
    private static @Nullable Throwable stopped(@Nullable Throwable failure) {
        RouteStoppedException stop = ObjectHelper.getException(RouteStoppedException.class, failure);
        return stop == null ? failure : stop;
    }

    private synchronized @Nullable Throwable firstFailedPhase() {
        return failedPhases.isEmpty() ? null : failedPhases.values().iterator().next();
    }

    private synchronized @Nullable Throwable closeAll(@Nullable Throwable first) {
        Throwable failure = first;
        while (!open.isEmpty()) {
            try {
                open.removeLast().close();
            } catch (IOException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        return failure;
    }

    @Override
    public void onDone(Exchange exchange) {
        try {
            Job job = end(whatEnded(exchange));
            LOG.info(
                    "job {} ({}): {}",
                    job.name(),
                    job.request().task(),
                    job.state().display());
        } catch (IOException | RuntimeException e) {
            // nobody is left to tell: the job stays as it is in the log, and is put right at the next start
            LOG.error("job {} could not be ended: {}", name(), e.getMessage(), e);
        }
    }

    /**
     * The exchange's failure, also one that was handled: by an error handler, or around the route that began the job. Either has
     * left the job's steps early, and nothing tells that apart from one that a step went on after; {@code job:end} would.
     */
    private @Nullable Throwable whatEnded(Exchange exchange) {
        if (exchange.getException() != null) {
            return exchange.getException();
        }
        Throwable caught = caught(exchange);
        return caught == caughtBefore ? null : caught;
    }

    private static @Nullable Throwable caught(Exchange exchange) {
        return exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, Throwable.class);
    }

    /** One phase of a backup. */
    public interface Phase<T extends @Nullable Object> {
        T run(BackupRun run) throws IOException, InterruptedException;
    }
}
