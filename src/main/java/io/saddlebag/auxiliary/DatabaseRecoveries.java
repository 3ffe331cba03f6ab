package io.saddlebag.auxiliary;

import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.DatabaseTransfer;
import io.saddlebag.database.DatabaseTransfer.Names;
import io.saddlebag.fault.BackupException;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.Obligation;
import io.saddlebag.job.Transcript;
import io.saddlebag.rehearsal.FencedScratch;
import io.saddlebag.rollforward.BesideRecovery;
import io.saddlebag.rollforward.RecoverPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Recovers one database of a cluster (R8): all of it is recovered beside the original, and that one is taken from there into the original,
 * which runs on. Thread-safe; one at a time for each cluster.
 */
public final class DatabaseRecoveries {
    /** Kind of the obligation that ends the auxiliary instance, and removes it and what was loaded and not named yet. */
    public static final String REMOVE = "remove-auxiliary";

    private static final String DATABASE = "database";
    private static final String AS = "as";
    private static final String UNFINISHED = "unfinished";
    private static final String ASIDE = "aside";

    private static final Duration LOAD_LIMIT = Duration.ofHours(24);
    private static final Duration NAMING_LIMIT = Duration.ofMinutes(5);
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuuMMddHHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final AuxiliaryServices services;
    private final FencedScratch fenced;
    private final AuxiliaryJobs jobs;

    public DatabaseRecoveries(AuxiliaryServices services) {
        this.services = services;
        this.fenced = new FencedScratch(services.restoring(), services.protectedPlaces());
        this.jobs = new AuxiliaryJobs(services);
    }

    /** Why a tablespace alone is never recovered (R8). */
    public static BackupException tablespaceAlone(String name) {
        return new BackupException(
                AuxiliaryFault.NO_TABLESPACE,
                "a tablespace such as " + name
                        + " can't be recovered alone: it is a place for files of databases, and what"
                        + " is in them, and to which transactions it belongs, stands elsewhere in the cluster",
                "Recover the database whose tables are in it, with --database NAME, or all of the cluster.");
    }

    /** What the request comes to; nothing is changed. */
    public RecoverPlan plan(DatabaseRequest request) throws IOException, InterruptedException {
        return planned(request).plan();
    }

    /** All that can be told before anything begins. */
    private BesideRecovery planned(DatabaseRequest request) throws IOException, InterruptedException {
        DatabaseAdapter database = adapter(request.cluster().database());
        transfer(database).require(names(request));
        BesideRecovery recovery = services.recoveries().beside(request.cluster());
        AuxiliaryInstance.require(fenced, services.restoring().files(), recovery, scratch(request));
        return recovery;
    }

    /**
     * Carries the request out.
     *
     * @return the ended job
     * @throws BackupException when it can't be carried out: nothing was touched
     */
    public Job recover(DatabaseRequest request) throws IOException, InterruptedException {
        BesideRecovery recovery = planned(request);
        return jobs.run(
                request.cluster(), recovery, DATABASE, request.database(), job -> recover(request, recovery, job));
    }

    private void recover(DatabaseRequest request, BesideRecovery recovery, JobRun job)
            throws IOException, InterruptedException {
        DatabaseAdapter database = adapter(request.cluster().database());
        DatabaseTransfer transfer = transfer(database);
        FencedScratch.Place place = fenced.place(scratch(request), job.name());
        place.requireFree();
        Names names = names(request);
        // another one of this cluster may have ended since the plan was made
        transfer.require(names);
        Map<String, String> facts = AuxiliaryJobs.facts(database, place);
        facts.putAll(facts(names));
        Obligation owed = job.owe(REMOVE, facts);
        Throwable first = null;
        try (recovery) {
            AuxiliaryInstance auxiliary =
                    new AuxiliaryInstance(fenced, place, database, request.cluster(), recovery, job);
            auxiliary.restore();
            auxiliary.rollForward();
            job.checkCancelled();
            load(transfer, names, auxiliary, job);
            job.checkCancelled();
            job.act(
                    "give database " + names.last() + " its name",
                    () -> transfer.takeName(names, NAMING_LIMIT).forEach(job::output));
            job.figure("recovered-database", names.last());
        } catch (IOException | InterruptedException | RuntimeException e) {
            first = e;
            throw e;
        } finally {
            AuxiliaryJobs.clean(database, place, job, owed, first, () -> transfer.discard(names, NAMING_LIMIT));
        }
    }

    private static void load(DatabaseTransfer transfer, Names names, AuxiliaryInstance auxiliary, JobRun job)
            throws IOException, InterruptedException {
        job.act("load database " + names.database() + " from the auxiliary instance", () -> {
            DatabaseTransfer.Loaded loaded = transfer.load(names, auxiliary.copy(), LOAD_LIMIT, job::output);
            loaded.compared().forEach(job::output);
            loaded.warnings().forEach(job::warn);
        });
    }

    /**
     * Ends what a dead process left running, and removes it, with what was loaded and not named yet (W21).
     *
     * @param facts the obligation's
     */
    public void settle(Map<String, String> facts, Transcript transcript) throws IOException, InterruptedException {
        DatabaseAdapter database = adapter(Objects.requireNonNull(facts.get(AuxiliaryJobs.CLUSTER)));
        FencedScratch.Place place = fenced.place(Path.of(Objects.requireNonNull(facts.get(AuxiliaryJobs.PLACE))));
        AuxiliaryInstance.remove(database, place);
        transcript.line("recovery: ended what ran in " + place.path() + " and removed it");
        String unfinished = facts.get(UNFINISHED);
        if (unfinished != null) {
            transfer(database)
                    .discard(
                            new Names(
                                    Objects.requireNonNull(facts.get(DATABASE)),
                                    facts.get(AS),
                                    unfinished,
                                    Objects.requireNonNull(facts.get(ASIDE))),
                            NAMING_LIMIT);
            transcript.line("recovery: nothing is left of database " + unfinished + ", which was being loaded");
        }
    }

    private static Map<String, String> facts(Names names) {
        Map<String, String> facts = new HashMap<>();
        facts.put(DATABASE, names.database());
        facts.put(UNFINISHED, names.unfinished());
        facts.put(ASIDE, names.aside());
        String as = names.as();
        if (as != null) {
            facts.put(AS, as);
        }
        return facts;
    }

    private Names names(DatabaseRequest request) {
        String stamp = STAMP.format(services.clock().instant());
        return new Names(
                request.database(),
                request.as(),
                "saddlebag_recovers_" + stamp,
                request.database() + "_before_" + stamp);
    }

    private Path scratch(DatabaseRequest request) {
        Path given = request.scratch();
        return given == null ? services.scratch() : given;
    }

    private DatabaseAdapter adapter(String name) throws IOException {
        return services.restoring().databases().database(name);
    }

    private static DatabaseTransfer transfer(DatabaseAdapter database) throws BackupException {
        return database.transfer().orElseThrow(() -> AuxiliaryInstance.without(database));
    }
}
