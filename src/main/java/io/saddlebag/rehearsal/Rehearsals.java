package io.saddlebag.rehearsal;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.Rehearsal;
import io.saddlebag.catalog.Rehearsal.Proof;
import io.saddlebag.catalog.RehearsalLog;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.DatabaseCopy;
import io.saddlebag.database.OutcomeClass;
import io.saddlebag.fault.BackupException;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobKind;
import io.saddlebag.job.JobRequest;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Jobs;
import io.saddlebag.job.Obligation;
import io.saddlebag.job.Transcript;
import io.saddlebag.restore.BackupSelector;
import io.saddlebag.restore.RestoreRequest;
import io.saddlebag.restore.RestoreServices;
import io.saddlebag.restore.Restores;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tries backups of databases out (R14): restores one by the ordinary way into a scratch folder, starts it there as another
 * instance, has the engine check it, ends it and removes the folder, whatever happens. What came of it is recorded. Thread-safe.
 */
public final class Rehearsals {
    /** Kind of the obligation that ends the copy and removes its folder. */
    public static final String REMOVE = "remove-rehearsal";

    /** The whole check of a copy may take so long. */
    public static final Duration CHECK_LIMIT = Duration.ofHours(12);

    private static final Duration STOP_LIMIT = Duration.ofMinutes(2);

    private static final String DATABASE = "database";
    private static final String BACKUP = "backup";
    private static final String JOB = "job";
    private static final String PLACE = "place";
    private static final String BEGAN = "began";

    private final Parts parts;
    private final FencedScratch fenced;
    private final Catalog catalog;
    private final Restores restores;

    /**
     * What rehearsals work with.
     *
     * @param restoring as ordinary restores have it; its catalog is read only and its files are changed in scratch folders only,
     *     and neither its databases nor its watchdog are used
     * @param scratch the node's folder for rehearsals; may not exist yet
     */
    public record Parts(
            RestoreServices restoring, RehearsalLog log, ProtectedPlaces protectedPlaces, Clock clock, Path scratch) {}

    public Rehearsals(Parts parts) {
        this.parts = parts;
        this.fenced = new FencedScratch(withoutCopies(parts.restoring()), parts.protectedPlaces());
        this.catalog = fenced.catalog();
        this.restores = fenced.restores();
    }

    /** A rehearsal proves one image, and not that another one could have taken its place. */
    private static RestoreServices withoutCopies(RestoreServices given) {
        return new RestoreServices(
                given.jobs(),
                given.catalog(),
                given.watchdog(),
                given.files(),
                given.origin(),
                given.databases(),
                given.workers(),
                given.waiter(),
                given.privilege(),
                given.decryption());
    }

    /** The task of its jobs. */
    public static String task(String database) {
        return "rehearse " + database;
    }

    public RehearsalLog log() {
        return parts.log();
    }

    /**
     * Carries the request out.
     *
     * @return the ended job: completed when the backup is proven; with warnings when its engine can't be started beside the
     *     original, so that no more is proven than that all came back; empty when it was skipped
     * @throws BackupException when the request can't be carried out at all: nothing was begun, and nothing is recorded
     */
    public Optional<Job> run(RehearsalRequest request) throws IOException, InterruptedException {
        DatabaseAdapter database = parts.restoring().databases().database(request.database());
        Backup backup = choose(request);
        Path scratch = request.scratch() == null ? parts.scratch() : request.scratch();
        fenced.require(scratch);
        restores.plan(restore(request, backup.id(), scratch));
        Jobs jobs = parts.restoring().jobs();
        Optional<JobRun> begun = jobs.begin(
                new JobRequest(
                        task(request.database()),
                        JobKind.VERIFY,
                        request.user(),
                        List.of(),
                        Map.of(BACKUP, backup.id().toString())),
                request.overlap());
        if (begun.isEmpty()) {
            return Optional.empty();
        }
        JobRun job = begun.get();
        return Optional.of(new Attempt(request, database, backup, job, scratch).run());
    }

    /** The newest that is of the whole database, whatever it was called. */
    private Backup choose(RehearsalRequest request) throws IOException {
        BackupId wanted = request.backup();
        Instant until = request.asOf();
        List<Backup> fit = catalog.backups(Catalog.Filter.COMPLETE).stream()
                .filter(backup -> request.database().equals(backup.about().database()))
                .filter(backup -> wanted == null || wanted.equals(backup.id()))
                .filter(backup -> until == null || !backup.about().at().isAfter(until))
                .filter(backup -> OutcomeClass.of(backup.about().facts())
                        .filter(OutcomeClass.RECOVERY_AREA::equals)
                        .isEmpty())
                .toList();
        if (fit.isEmpty()) {
            throw new BackupException(
                    RehearsalFault.NO_BACKUP,
                    "the catalog has no " + (wanted == null ? "complete backup" : "complete backup " + wanted)
                            + " of database " + request.database() + (until == null ? "" : " up to " + until),
                    "'saddlebag lsbu " + request.database() + "' lists those that there are.");
        }
        return fit.get(fit.size() - 1);
    }

    private static RestoreRequest restore(RehearsalRequest request, BackupId backup, Path root) {
        return new RestoreRequest(
                List.of(new BackupSelector.ById(backup)),
                List.of(),
                root,
                RestoreRequest.Existing.REPLACE,
                null,
                request.user(),
                request.prompt(),
                List.of(),
                RestoreRequest.Powers.LEFT_OUT);
    }

    /**
     * Ends what a dead process left running in its scratch folder, removes the folder and records that it proved nothing (W21).
     *
     * @param facts the obligation's
     */
    public void settle(Map<String, String> facts, Transcript transcript) throws IOException, InterruptedException {
        String name = Objects.requireNonNull(facts.get(DATABASE));
        FencedScratch.Place scratch = fenced.place(Path.of(Objects.requireNonNull(facts.get(PLACE))));
        DatabaseAdapter database = parts.restoring().databases().database(name);
        Optional<DatabaseCopy> copy = database.copy(scratch.copy());
        if (copy.isPresent()) {
            copy.get().stop(STOP_LIMIT, line -> {});
        }
        scratch.remove();
        transcript.line("recovery: ended what ran in " + scratch.path() + " and removed it");
        parts.log()
                .add(new Rehearsal(
                        name,
                        BackupId.parse(Objects.requireNonNull(facts.get(BACKUP))),
                        Objects.requireNonNull(facts.get(JOB)),
                        Instant.parse(Objects.requireNonNull(facts.get(BEGAN))),
                        parts.clock().instant(),
                        Proof.NOTHING,
                        List.of(),
                        "its process died"));
    }

    /** One rehearsal. */
    private final class Attempt {
        private final RehearsalRequest request;
        private final DatabaseAdapter database;
        private final Backup backup;
        private final JobRun job;
        private final FencedScratch.Place scratch;
        private final Instant began = parts.clock().instant();
        private final List<String> report = new ArrayList<>();
        private Proof proof = Proof.NOTHING;

        Attempt(RehearsalRequest request, DatabaseAdapter database, Backup backup, JobRun job, Path scratch) {
            this.request = request;
            this.database = database;
            this.backup = backup;
            this.job = job;
            this.scratch = fenced.place(scratch, job.name());
        }

        Job run() throws IOException, InterruptedException {
            Throwable failure = null;
            try {
                job.figure("backup-id", backup.id().toString());
                inScratch();
            } catch (IOException | InterruptedException | RuntimeException e) {
                failure = e;
            }
            try {
                record(failure);
            } catch (IOException | RuntimeException e) {
                failure = firstOf(failure, e);
            }
            Job ended = failure == null ? job.end() : job.fail(failure);
            if (failure instanceof InterruptedException interrupted) {
                throw interrupted;
            }
            return ended;
        }

        private void inScratch() throws IOException, InterruptedException {
            scratch.requireFree();
            Obligation owed = job.owe(REMOVE, facts());
            Throwable first = null;
            try {
                scratch.make();
                prove();
            } catch (IOException | InterruptedException | RuntimeException e) {
                first = e;
                throw e;
            } finally {
                clean(owed, first);
            }
        }

        private void prove() throws IOException, InterruptedException {
            job.act("restore backup " + backup.id() + " to " + scratch.path(), this::restore);
            proof = Proof.RESTORED;
            Optional<DatabaseCopy> copy = database.copy(scratch.copy());
            if (copy.isEmpty()) {
                job.warn("engine " + database.engine() + " can't be started beside its original: all that is proven is"
                        + " that every file came back as it was backed up");
                return;
            }
            job.checkCancelled();
            Duration limit =
                    parts.restoring().databases().limits(request.database()).start();
            job.act("start the copy of " + database.name(), () -> copy.get().start(limit, job::output));
            proof = Proof.STARTED;
            job.checkCancelled();
            job.act("check the copy of " + database.name(), () -> {
                for (String line : copy.get().check(CHECK_LIMIT)) {
                    report.add(line);
                    job.transcript().line(line);
                }
            });
            proof = Proof.CHECKED;
        }

        private void restore() throws IOException, InterruptedException {
            for (Job restored : restores.restore(
                    Rehearsals.restore(request, backup.id(), scratch.copy().root()))) {
                job.transcript()
                        .line("job " + restored.name() + " ("
                                + restored.request().task() + ") is "
                                + restored.state().display());
                if (restored.state() != JobState.COMPLETED && restored.state() != JobState.COMPLETED_WITH_WARNINGS) {
                    throw new BackupException(
                            RehearsalFault.NOT_RESTORED,
                            "backup " + backup.id() + " could not be restored: job " + restored.name() + " is "
                                    + restored.state().display() + ": " + restored.cause(),
                            "Read its transcript with 'saddlebag catxcr " + restored.name()
                                    + "', and back the database up again.");
                }
                report.add("job " + restored.name() + " restored backup " + backup.id() + ": " + backup.objects()
                        + " objects, " + backup.dataBytes() + " bytes");
            }
        }

        /** What can't be removed now stays owed, and is tried again at the next start of a node. */
        private void clean(Obligation owed, @Nullable Throwable first) throws IOException, InterruptedException {
            boolean interrupted = Thread.interrupted();
            try {
                Optional<DatabaseCopy> copy = database.copy(scratch.copy());
                if (copy.isPresent()) {
                    copy.get().stop(STOP_LIMIT, job::output);
                }
                scratch.remove();
                job.settle(owed);
            } catch (IOException | InterruptedException | RuntimeException e) {
                if (first == null) {
                    throw e;
                }
                first.addSuppressed(e);
                job.warn("the scratch folder " + scratch.path() + " is left: " + e.getMessage());
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        private Map<String, String> facts() {
            Map<String, String> facts = new HashMap<>();
            facts.put(DATABASE, database.name());
            facts.put(BACKUP, backup.id().toString());
            facts.put(JOB, job.name().value());
            facts.put(PLACE, scratch.path().toString());
            facts.put(BEGAN, began.toString());
            return facts;
        }

        private void record(@Nullable Throwable failure) throws IOException {
            job.figure("proof", proof.display());
            parts.log()
                    .add(new Rehearsal(
                            database.name(),
                            backup.id(),
                            job.name().value(),
                            began,
                            parts.clock().instant(),
                            proof,
                            report,
                            failure == null ? null : String.valueOf(failure.getMessage())));
        }
    }

    private static Throwable firstOf(@Nullable Throwable first, Throwable later) {
        if (first == null) {
            return later;
        }
        first.addSuppressed(later);
        return first;
    }
}
