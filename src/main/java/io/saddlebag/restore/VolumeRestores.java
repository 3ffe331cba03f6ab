package io.saddlebag.restore;

import io.saddlebag.catalog.Backup;
import io.saddlebag.disk.BeginningLast;
import io.saddlebag.disk.DiskStatus;
import io.saddlebag.disk.Disks;
import io.saddlebag.disk.WritableDisk;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobKind;
import io.saddlebag.job.JobName;
import io.saddlebag.job.JobRequest;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.Overlap;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Restores disks (D9): the full image, then what has changed, each as a job that depends on the one before (W16). A file gets
 * its name when all of it is there; a device is claimed until then, and holds a part only when a job fails. Thread-safe.
 */
public final class VolumeRestores {
    private final Rights rights;
    private final RestoreServices services;
    private final Disks disks;
    private final ImageReading reading;

    /** Whoever asks may restore. */
    public VolumeRestores(RestoreServices services, Disks disks) {
        this(services, disks, user -> {});
    }

    /** @param rights asked before anything else is done for a restore */
    public VolumeRestores(RestoreServices services, Disks disks, Rights rights) {
        this.rights = rights;
        this.services = services;
        this.disks = disks;
        this.reading = new ImageReading(services);
    }

    /** Who may restore disks, with the rights of this process (D5). */
    @FunctionalInterface
    public interface Rights {
        /**
         * @param user who asks; null for a schedule
         * @throws io.saddlebag.fault.BackupException when they may not
         */
        void require(@Nullable String user) throws IOException;
    }

    /** What the request comes to; nothing is changed and no volume is moved. */
    public VolumePlan plan(VolumeRequest request) throws IOException {
        VolumePlan plan = new VolumePlanner(services.catalog(), services.files(), disks).plan(request);
        for (VolumePlan.Step step : plan.steps()) {
            services.decryption().require(step.backup().about().layers());
        }
        return plan;
    }

    /**
     * Carries the request out.
     *
     * @return the ended jobs, in order; when one failed, those after it failed with its name as the cause
     */
    public List<Job> restore(VolumeRequest request) throws IOException, InterruptedException {
        rights.require(request.user());
        VolumePlan plan = plan(request);
        List<Job> jobs = new ArrayList<>();
        try {
            requestJobs(plan, jobs);
            run(plan, jobs);
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

    private void run(VolumePlan plan, List<Job> jobs) throws IOException, InterruptedException {
        try (Target target = new Target(plan)) {
            boolean well = true;
            for (int i = 0; i < jobs.size() && well; i++) {
                Optional<JobRun> begun = services.jobs().start(jobs.get(i).name(), Overlap.WAIT);
                well = begun.isPresent() && run(begun.get(), plan, i, target);
            }
        }
    }

    /** @param jobs get them, also when it fails */
    private void requestJobs(VolumePlan plan, List<Job> jobs) throws IOException {
        for (VolumePlan.Step step : plan.steps()) {
            List<JobName> after = jobs.isEmpty()
                    ? List.of()
                    : List.of(jobs.get(jobs.size() - 1).name());
            Backup backup = step.backup();
            jobs.add(services.jobs()
                    .request(new JobRequest(
                            "restore " + backup.about().name(),
                            JobKind.RESTORE,
                            plan.request().user(),
                            after,
                            Map.of(
                                    "backup",
                                    backup.id().toString(),
                                    "target",
                                    plan.request().target().toString()))));
        }
    }

    /** @return whether the next job may run */
    private boolean run(JobRun job, VolumePlan plan, int index, Target target)
            throws IOException, InterruptedException {
        VolumePlan.Step step = plan.steps().get(index);
        try {
            job.act(
                    "restore backup " + step.backup().id() + " to "
                            + plan.request().target(),
                    () -> {
                        VolumeSink sink = new VolumeSink(
                                step,
                                target.disk(),
                                target.covered,
                                new CatalogDigests(
                                        services.catalog(), step.backup().id()));
                        reading.read(
                                step.backup(),
                                lane -> member -> {
                                    // its lanes come from several drives at once, and there is one disk
                                    synchronized (sink) {
                                        sink.accept(member);
                                    }
                                },
                                new ImageOrigin.Asker(job, plan.request().prompt()));
                        target.covered = sink.finish();
                        if (index == plan.steps().size() - 1) {
                            target.complete();
                        }
                        job.transcript()
                                .line("image " + step.volume().fileName() + " of "
                                        + step.volume().source() + " is on "
                                        + plan.request().target());
                    });
            job.end();
            return true;
        } catch (IOException | RuntimeException e) {
            target.warn(job);
            job.fail(e);
            return false;
        } catch (InterruptedException e) {
            target.warn(job);
            job.fail(e);
            throw e;
        }
    }

    /** What is written; opened by the first job, and held until the last one has ended. */
    private final class Target implements AutoCloseable {
        private final VolumePlan plan;
        private @Nullable WritableDisk disk;

        /** How far the disk shows the images so far; behind are bytes of before. */
        private long covered;

        Target(VolumePlan plan) {
            this.plan = plan;
        }

        WritableDisk disk() throws IOException {
            WritableDisk open = disk;
            if (open == null) {
                Path path = plan.request().target();
                open = plan.target() == DiskStatus.Kind.DEVICE
                        ? new BeginningLast(disks.openWrite(path))
                        : disks.create(path, plan.sizeBytes());
                disk = open;
            }
            return open;
        }

        /** A file isn't there; a device has lost what it had. */
        void warn(JobRun job) {
            if (disk != null && plan.target() == DiskStatus.Kind.DEVICE) {
                job.warn(plan.request().target() + " holds only a part of the volume now; restore it again");
            }
        }

        void complete() throws IOException {
            WritableDisk whole = disk();
            if (!(whole instanceof Disks.NewDisk file)) {
                whole.sync();
            } else if (plan.request().occupied() == VolumeRequest.Occupied.OVERWRITE) {
                file.replace();
            } else {
                file.publish();
            }
        }

        @Override
        public void close() throws IOException {
            WritableDisk open = disk;
            if (open != null) {
                open.close();
            }
        }
    }
}
