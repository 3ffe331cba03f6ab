package io.saddlebag.rollforward;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.DatabaseRecovery;
import io.saddlebag.database.StagedReplay;
import io.saddlebag.fault.BackupException;
import io.saddlebag.job.Job;
import io.saddlebag.job.Transcript;
import io.saddlebag.restore.BackupSelector;
import io.saddlebag.restore.RestoreRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Recovers databases (R7, R8): the newest backup that leads to the point is restored, and the engine applies journals to it, from
 * wherever they are. Thread-safe; one at a time for each database.
 */
public final class Recoveries {
    /** Kind of the obligation that removes the folder with a recovery's journals. */
    public static final String REMOVE = "remove-collected-journals";

    /** Kind of the obligation that records an incarnation that has begun. */
    public static final String RECORD = "record-incarnation";

    static final String DATABASE = "database";
    static final String PLACE = "place";

    private final RecoverServices services;

    public Recoveries(RecoverServices services) {
        this.services = services;
    }

    /** What the request comes to; nothing is changed. */
    public RecoverPlan plan(RecoverRequest request) throws IOException {
        return isReplayed(request)
                ? new ReplayPlanner(services).plan(request).plan()
                : new RecoverPlanner(services).plan(request).plan();
    }

    /**
     * Carries the request out: one job for each image of the backup. The database is down from before the restore until it is open in
     * the state that was asked for, in an incarnation of its own. What it had before is kept beside.
     *
     * @return the ended jobs, in order
     * @throws BackupException when the request can't be carried out: nothing was touched
     */
    public List<Job> recover(RecoverRequest request) throws IOException, InterruptedException {
        services.rights().require(request.user());
        if (isReplayed(request)) {
            return replay(request);
        }
        RecoverPlanner planner = new RecoverPlanner(services);
        RecoverPlanner.Planned planned = planner.plan(request);
        AppliedJournals applied = new AppliedJournals(services, planner, planned);
        try {
            return services.restores().recover(restore(request, planned.inOrder()), applied);
        } finally {
            applied.end();
        }
    }

    /** Whether its journals are applied before its files take their place. */
    private boolean isReplayed(RecoverRequest request) throws IOException {
        DatabaseAdapter adapter = services.restoring().databases().database(request.database());
        return adapter.recovery().isEmpty() && adapter.stagedReplay().isPresent();
    }

    private List<Job> replay(RecoverRequest request) throws IOException, InterruptedException {
        ReplayPlanner planner = new ReplayPlanner(services);
        ReplayPlanner.Planned planned = planner.plan(request);
        ReplayedJournals replayed = new ReplayedJournals(services, planner, planned);
        try {
            return services.restores().recover(restore(request, planned.inOrder()), replayed);
        } finally {
            replayed.end();
        }
    }

    private static RestoreRequest restore(RecoverRequest request, List<BackupId> inOrder) {
        return new RestoreRequest(
                List.of(new BackupSelector.InOrder(inOrder)),
                List.of(),
                null,
                RestoreRequest.Existing.REPLACE,
                request.database(),
                request.user(),
                request.prompt());
    }

    /**
     * Plans to bring a copy of the database to the point, beside the original, which isn't touched (R8).
     *
     * @throws BackupException when it can't be brought there: nothing was touched
     */
    public BesideRecovery beside(RecoverRequest request) throws IOException {
        services.rights().require(request.user());
        return new BesideRecovery(services, request);
    }

    /**
     * Removes the journals that a dead process had collected, unless the engine still reads them; a server that it had apply them to restored
     * files is ended first.
     *
     * @param facts the obligation's
     * @throws BackupException {@link RollForwardFault#STILL_NEEDED}
     */
    public void settle(Map<String, String> facts, Transcript transcript) throws IOException, InterruptedException {
        String database = Objects.requireNonNull(facts.get(DATABASE));
        Path area = Path.of(Objects.requireNonNull(facts.get(PLACE)));
        DatabaseAdapter adapter = services.restoring().databases().database(database);
        Optional<DatabaseRecovery> recovery = adapter.recovery();
        if (recovery.isPresent() && recovery.get().needs(area)) {
            throw new BackupException(
                    RollForwardFault.STILL_NEEDED,
                    "the recovery of " + database + " still reads from " + area,
                    "Let it come to its end; the next start of a node after that removes the folder.");
        }
        Optional<StagedReplay> replay = adapter.stagedReplay();
        if (replay.isPresent()) {
            replay.get().endLeft(area);
        }
        Collected.remove(services.restoring().files(), area);
        transcript.line("recovery: removed collected journals in " + area);
    }
}
