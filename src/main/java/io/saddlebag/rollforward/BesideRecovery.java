package io.saddlebag.rollforward;

import io.saddlebag.database.DatabaseRecovery;
import io.saddlebag.incarnation.Incarnation;
import io.saddlebag.incarnation.IncarnationLog;
import io.saddlebag.job.JobRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A recovery of a copy beside its original (R8): backup and journals are chosen, collected and applied as they are for the original,
 * and nothing of it is recorded as the original's, whose incarnation stays what it is. One thread.
 */
public final class BesideRecovery implements AutoCloseable {
    private final RecoverServices services;
    private final RecoverRequest request;
    private final RecoverPlanner planner;
    private final RecoverPlanner.Planned planned;
    private AppliedJournals applied;

    BesideRecovery(RecoverServices given, RecoverRequest request) throws IOException {
        this.services = new RecoverServices(
                given.restoring(),
                given.restores(),
                given.journals(),
                given.reading(),
                given.incarnations(),
                new Unrecorded(given.log()),
                given.areas(),
                given.rights(),
                given.clock());
        this.request = request;
        this.planner = new RecoverPlanner(services);
        this.planned = planner.plan(request);
        this.applied = new AppliedJournals(services, planner, planned);
    }

    public RecoverPlan plan() {
        return planned.plan();
    }

    /** Bytes of the journals that are collected, as far as they are backed up. */
    public long journalBytes() {
        return planned.coverage().there().stream()
                .map(each -> planned.holdings().stored().get(each))
                .filter(piece -> piece != null)
                .mapToLong(piece -> piece.bytes())
                .sum();
    }

    /**
     * Collects the journals that are backed up.
     *
     * @param copy applies them
     * @param area folder to collect them in, which must not be there yet
     */
    public void collect(JobRun job, DatabaseRecovery copy, Path area) throws IOException, InterruptedException {
        RecoverPlan plan = planned.plan();
        RecoverRequest inArea = new RecoverRequest(
                request.database(),
                request.target(),
                request.incarnation(),
                request.backup(),
                request.asOf(),
                area,
                request.unsaved(),
                request.user(),
                request.prompt());
        applied = new AppliedJournals(
                services,
                planner,
                new RecoverPlanner.Planned(
                        new RecoverPlan(
                                inArea,
                                plan.incarnations(),
                                plan.line(),
                                plan.backup(),
                                plan.images(),
                                plan.passedOver(),
                                plan.source(),
                                plan.firstJournal(),
                                plan.journals(),
                                plan.received(),
                                plan.lost()),
                        planned.inOrder(),
                        copy,
                        planned.line(),
                        planned.holdings(),
                        planned.coverage()));
        applied.prepare(job);
    }

    /** The copy is restored and down: journals that came since are collected, too, and its next start applies them all. */
    public void arrange(JobRun job) throws IOException, InterruptedException {
        applied.arrange(job, planned.plan().backup(), UnaryOperator.identity());
    }

    /** The copy was started: waits for the end, and checks that it is the one that was asked for. */
    public void follow(JobRun job) throws IOException, InterruptedException {
        applied.follow(job);
    }

    /** Removes what was collected, unless the copy may still read it. */
    @Override
    public void close() throws IOException {
        applied.end();
    }

    /** Reads, and forgets what it is told: a copy's incarnation is none of the original's. */
    private record Unrecorded(IncarnationLog log) implements IncarnationLog {
        @Override
        public List<Incarnation> list(String database) throws IOException {
            return log.list(database);
        }

        @Override
        public void record(String database, Incarnation incarnation) {
            // nobody will ever ask for it
        }

        @Override
        public Optional<Choice> choice(String database) throws IOException {
            return log.choice(database);
        }

        @Override
        public void choose(String database, Choice choice) throws IOException {
            log.choose(database, choice);
        }
    }
}
