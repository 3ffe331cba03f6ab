package io.saddlebag.restore;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
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
import org.jspecify.annotations.Nullable;

/** Restores and verifications as jobs. */
public final class RestoreJobs implements Restores {
    private final RestoreServices services;
    private final ImageReading reading;

    public RestoreJobs(RestoreServices services) {
        this.services = services;
        this.reading = new ImageReading(services);
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
        return carryOut(plan(request), List.of(database), forward);
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
        services.decryption().require(backup.about().layers());
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
            job.step("read and compare backup " + id, () -> {
                var expected = new CatalogDigests(services.catalog(), id);
                ImageReading.Totals read = reading.readAndLocateDamage(
                        backup,
                        lane -> member -> {
                            if (member.member().type() == MemberType.FILE) {
                                member.content().transferTo(java.io.OutputStream.nullOutputStream());
                                expected.require(member.member().exactPath(), member.sha256());
                            }
                        },
                        new ImageOrigin.Asker(job, prompt));
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
