package io.saddlebag.rollforward;

import io.saddlebag.database.DatabaseRecovery;
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

    static final String DATABASE = "database";
    static final String PLACE = "place";

    private final RecoverServices services;

    public Recoveries(RecoverServices services) {
        this.services = services;
    }

    /** What the request comes to; nothing is changed. */
    public RecoverPlan plan(RecoverRequest request) throws IOException {
        return new RecoverPlanner(services).plan(request).plan();
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
        RecoverPlanner planner = new RecoverPlanner(services);
        RecoverPlanner.Planned planned = planner.plan(request);
        AppliedJournals applied = new AppliedJournals(services, planner, planned);
        try {
            return services.restores()
                    .recover(
                            new RestoreRequest(
                                    List.of(new BackupSelector.ById(
                                            planned.plan().backup().id())),
                                    List.of(),
                                    null,
                                    RestoreRequest.Existing.REPLACE,
                                    request.database(),
                                    request.user(),
                                    request.prompt()),
                            applied);
        } finally {
            applied.end();
        }
    }

    /**
     * Removes the journals that a dead process had collected, unless the engine still reads them.
     *
     * @param facts the obligation's
     * @throws BackupException {@link RollForwardFault#STILL_NEEDED}
     */
    public void settle(Map<String, String> facts, Transcript transcript) throws IOException, InterruptedException {
        String database = Objects.requireNonNull(facts.get(DATABASE));
        Path area = Path.of(Objects.requireNonNull(facts.get(PLACE)));
        Optional<DatabaseRecovery> recovery =
                services.restoring().databases().database(database).recovery();
        if (recovery.isPresent() && recovery.get().needs(area)) {
            throw new BackupException(
                    RollForwardFault.STILL_NEEDED,
                    "the recovery of " + database + " still reads from " + area,
                    "Let it come to its end; the next start of a node after that removes the folder.");
        }
        Collected.remove(services.restoring().files(), area);
        transcript.line("recovery: removed collected journals in " + area);
    }
}
