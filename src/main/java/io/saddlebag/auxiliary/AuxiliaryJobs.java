package io.saddlebag.auxiliary;

import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobKind;
import io.saddlebag.job.JobRequest;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.Obligation;
import io.saddlebag.job.Overlap;
import io.saddlebag.rehearsal.FencedScratch;
import io.saddlebag.rollforward.BesideRecovery;
import io.saddlebag.rollforward.RecoverRequest;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Jobs that have an auxiliary instance for as long as they run. */
final class AuxiliaryJobs {
    static final String CLUSTER = "cluster";
    static final String PLACE = "place";

    private final AuxiliaryServices services;

    AuxiliaryJobs(AuxiliaryServices services) {
        this.services = services;
    }

    /** What a job does. */
    @FunctionalInterface
    interface Work {
        void run(JobRun job) throws IOException, InterruptedException;
    }

    /** What has to be undone beside the instance. */
    @FunctionalInterface
    interface Undoing {
        void run() throws IOException, InterruptedException;
    }

    /**
     * One at a time for each database.
     *
     * @param part what kind of part is recovered
     * @param name of the part
     */
    Job run(RecoverRequest whole, BesideRecovery recovery, String part, String name, Work work)
            throws IOException, InterruptedException {
        JobRun job = services.restoring()
                .jobs()
                .begin(
                        new JobRequest(
                                "recover a part of " + whole.database(),
                                JobKind.RESTORE,
                                whole.user(),
                                List.of(),
                                Map.of("backup", recovery.plan().backup().id().toString(), part, name)),
                        Overlap.WAIT)
                .orElseThrow(() -> new IllegalStateException("a job that waits is never skipped"));
        try {
            work.run(job);
            return job.end();
        } catch (IOException | InterruptedException | RuntimeException e) {
            Job failed = job.fail(e);
            if (e instanceof InterruptedException interrupted) {
                throw interrupted;
            }
            return failed;
        }
    }

    /** Of the debt to remove the instance; more may be added. */
    static Map<String, String> facts(DatabaseAdapter database, FencedScratch.Place place) {
        Map<String, String> facts = new HashMap<>();
        facts.put(CLUSTER, database.name());
        facts.put(PLACE, place.path().toString());
        return facts;
    }

    /** What can't be removed now stays owed, and is tried again at the next start of a node. */
    static void clean(
            DatabaseAdapter database,
            FencedScratch.Place place,
            JobRun job,
            Obligation owed,
            @Nullable Throwable first,
            Undoing undoing)
            throws IOException, InterruptedException {
        boolean interrupted = Thread.interrupted();
        try {
            AuxiliaryInstance.remove(database, place);
            undoing.run();
            job.settle(owed);
        } catch (IOException | InterruptedException | RuntimeException e) {
            interrupted |= e instanceof InterruptedException;
            job.warn("what was made in " + place.path() + " for this is left: " + e.getMessage());
            if (first != null) {
                first.addSuppressed(e);
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
