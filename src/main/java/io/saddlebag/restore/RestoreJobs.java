package io.saddlebag.restore;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.fault.BackupException;
import io.saddlebag.image.Layers;
import io.saddlebag.image.MemberSink;
import io.saddlebag.image.MemberType;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobKind;
import io.saddlebag.job.JobName;
import io.saddlebag.job.JobRequest;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.Overlap;
import io.saddlebag.level.BackupChain;
import io.saddlebag.tapeoption.Prompt;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Restores and verifications as jobs. */
public final class RestoreJobs implements Restores {
    /** Read and hashed in one go: stays in the processor's cache between. */
    private static final int PASSED_BYTES = 256 << 10;

    private final RestoreServices services;
    private final ImageReading reading;
    private final @Nullable RenewedElsewhere elsewhere;

    /** Where nobody else gives images other keys. */
    public RestoreJobs(RestoreServices services) {
        this(services, null);
    }

    /** @param elsewhere what is taken over when it is proven (X10); null for nothing */
    public RestoreJobs(RestoreServices services, @Nullable RenewedElsewhere elsewhere) {
        this.services = services;
        this.reading = new ImageReading(services);
        this.elsewhere = elsewhere;
    }

    @Override
    public RestorePlan plan(RestoreRequest request) throws IOException {
        return new ControlFiles(services).complete(request, wanted -> new RestorePlanner(services).plan(wanted));
    }

    @Override
    public RestorePreview preview(RestoreRequest request) throws IOException {
        return new RestorePreviewer(services).preview(plan(request));
    }

    @Override
    public List<Job> restore(RestoreRequest request) throws IOException, InterruptedException {
        takeOverKeys(request);
        return carryOut(plan(request), request.database() == null ? List.of() : List.of(request.database()));
    }

    /**
     * As {@link #restore(RestoreRequest)}, of one backup of a database, to which its journals are applied before it opens (R7).
     *
     * @throws IllegalArgumentException unless the request is for the whole database in its own place
     */
    public List<Job> recover(RestoreRequest request, RollForward forward) throws IOException, InterruptedException {
        String database = request.database();
        if (database == null || request.target() != null || !request.objects().isEmpty()) {
            throw new IllegalArgumentException("journals are applied to a whole database in its own place");
        }
        takeOverKeys(request);
        return carryOut(plan(request), List.of(database), forward);
    }

    /** What got other keys elsewhere is verified first, so that the plan is made of what is there. */
    private void takeOverKeys(RestoreRequest request) throws IOException, InterruptedException {
        RenewedElsewhere other = elsewhere;
        if (other == null) {
            return;
        }
        for (Backup each : wanted(request)) {
            if (other.asLabelled(each).isPresent()) {
                verify(each.id(), request.user(), request.prompt());
            }
        }
    }

    /** The images that the request needs; none when it can't be carried out, which the plan says better. */
    private List<Backup> wanted(RestoreRequest request) throws IOException {
        List<Backup> all = new ArrayList<>();
        try {
            for (BackupSelector selector : request.backups()) {
                Backup chosen = new Selection(services.catalog(), services.copies())
                        .of(selector, request.choices().media())
                        .get(0)
                        .backup();
                all.addAll(BackupChain.of(services.catalog(), chosen).oldestFirst());
            }
        } catch (BackupException e) {
            return List.of();
        }
        return all;
    }

    @Override
    public List<Job> restoreGroup(GroupRequest request) throws IOException, InterruptedException {
        GroupPlan plan = new GroupPlanner(services).plan(request);
        return carryOut(plan.steps(), plan.databases());
    }

    private List<Job> carryOut(RestorePlan plan, List<String> databases) throws IOException, InterruptedException {
        return carryOut(plan, databases, null);
    }

    private List<Job> carryOut(RestorePlan plan, List<String> databases, @Nullable RollForward forward)
            throws IOException, InterruptedException {
        List<Job> jobs = new ArrayList<>();
        try {
            requestJobs(plan, jobs);
            try (RestoreRun restoring = new RestoreRun(services, reading, plan, jobs, databases, forward)) {
                restoring.run();
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            services.jobs().giveUp(jobs, e);
            throw e;
        }
        List<Job> ended = new ArrayList<>();
        for (Job job : jobs) {
            ended.add(services.jobs().find(job.name()).orElse(job));
        }
        return ended;
    }

    @Override
    public Job verify(BackupId id, @Nullable String user, Prompt prompt) throws IOException, InterruptedException {
        Backup backup = new Selection(services.catalog()).of(new BackupSelector.ById(id));
        Optional<Renewed> renewed = renewed(backup);
        if (renewed.isEmpty()) {
            services.decryption().require(backup.about().layers());
        }
        JobRun job = services.jobs()
                .begin(
                        new JobRequest(
                                "verify backup " + id,
                                JobKind.VERIFY,
                                user,
                                List.of(),
                                Map.of("backup", id.toString())),
                        Overlap.WAIT)
                .orElseThrow(() -> new IllegalStateException("a job that waits is never skipped"));
        try {
            if (renewed.isPresent() && isTakenOver(backup, renewed.get(), new ImageOrigin.Asker(job, prompt))) {
                tellOfChain(job, backup);
                return job.end();
            }
            job.step("read and compare backup " + id, () -> {
                ImageReading.Totals read =
                        reading.readAndLocateDamage(backup, lane -> comparing(id), new ImageOrigin.Asker(job, prompt));
                job.transcript()
                        .line("backup " + id + " is whole: " + read.files() + " files, " + read.dataBytes()
                                + " bytes, each compared with its checksum");
                tellOfChain(job, backup);
                return read;
            });
            return job.end();
        } catch (IOException | InterruptedException | RuntimeException e) {
            return job.fail(e);
        }
    }

    /** For one thread. */
    private MemberSink comparing(BackupId id) {
        CatalogDigests expected = new CatalogDigests(services.catalog(), id);
        byte[] passed = new byte[PASSED_BYTES];
        return member -> {
            if (member.member().type() == MemberType.FILE) {
                int read = 0;
                while (read >= 0) {
                    read = member.content().read(passed);
                }
                expected.require(member.member().exactPath(), member.sha256());
            }
        };
    }

    /**
     * What its labels say the image is by now.
     *
     * @param keys of this node that it says open it, at least one
     */
    private record Renewed(Backup labelled, List<String> keys, RenewedElsewhere elsewhere, RenewedProof proof) {}

    private Optional<Renewed> renewed(Backup known) throws IOException {
        RenewedElsewhere other = elsewhere;
        if (other == null) {
            return Optional.empty();
        }
        RenewedProof proof = new RenewedProof(services, other);
        return other.asLabelled(known)
                .map(labelled -> new Renewed(labelled, proof.keysHere(labelled), other, proof))
                .filter(found -> !found.keys().isEmpty());
    }

    /** Labels that say what isn't so change nothing: then the image is what the catalog says, or damaged. */
    private static boolean isTakenOver(Backup known, Renewed renewed, ImageOrigin.Asker asker)
            throws IOException, InterruptedException {
        JobRun job = asker.job();
        String ids = String.join(", ", Layers.keyIds(renewed.labelled().about().layers()));
        boolean proven = job.step("read and compare backup " + known.id() + " as its labels have it", () -> {
            try {
                renewed.proof().require(renewed.labelled(), renewed.keys(), asker);
                return true;
            } catch (BackupException e) {
                job.warn("the labels of backup " + known.id() + " say that it was given other keys, " + ids
                        + ", and that isn't so: " + e.what());
                return false;
            }
        });
        if (proven) {
            Optional<String> obstacle = renewed.elsewhere().takeOver(known, renewed.labelled());
            if (obstacle.isPresent()) {
                job.warn("backup " + known.id() + " is whole and was given other keys, " + ids
                        + ", and the catalog keeps what it has: " + obstacle.get());
            } else {
                job.transcript()
                        .line("backup " + known.id() + " is whole, and somebody else has given it other keys: " + ids
                                + "; the catalog has that now");
            }
        }
        return proven;
    }

    /** An image on top of others is worth nothing without them. */
    private void tellOfChain(JobRun job, Backup backup) throws IOException {
        BackupChain chain = BackupChain.of(services.catalog(), backup);
        if (!chain.isWhole()) {
            job.warn("backup " + backup.id() + " holds what changed, and can't be restored: " + chain.missing());
        } else if (chain.oldestFirst().size() > 1) {
            job.transcript()
                    .line("it holds what changed; a restore of it also needs "
                            + CombinedRestore.inWords(chain.oldestFirst()
                                    .subList(0, chain.oldestFirst().size() - 1))
                            + ", which were not read now");
        }
    }

    /** @param jobs get them, also when it fails */
    private void requestJobs(RestorePlan plan, List<Job> jobs) throws IOException {
        RestoreRequest request = plan.request();
        for (RestorePlan.Step step : plan.steps()) {
            List<JobName> after = jobs.isEmpty()
                    ? List.of()
                    : List.of(jobs.get(jobs.size() - 1).name());
            Map<String, String> facts =
                    Map.of("backup", step.backup().id().toString(), "volumes", String.join(" ", step.volumes()));
            jobs.add(services.jobs()
                    .request(new JobRequest(
                            "restore " + step.backup().about().name(), JobKind.RESTORE, request.user(), after, facts)));
        }
    }
}
