package io.saddlebag.restore;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.OutcomeClass;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Anchor;
import io.saddlebag.host.HostFiles;
import io.saddlebag.image.ImageException;
import io.saddlebag.image.MemberSink;
import io.saddlebag.image.MemberType;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobKind;
import io.saddlebag.job.JobName;
import io.saddlebag.job.JobRequest;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.Obligation;
import io.saddlebag.job.Overlap;
import io.saddlebag.tapeoption.Prompt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
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
        RestorePlan plan = plan(request);
        List<Job> jobs = requestJobs(plan);
        try (Restoring restoring = new Restoring(plan, jobs)) {
            restoring.run();
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
                return read;
            });
            return job.end();
        } catch (IOException | InterruptedException | RuntimeException e) {
            return job.fail(e);
        }
    }

    private List<Job> requestJobs(RestorePlan plan) throws IOException {
        RestoreRequest request = plan.request();
        List<Job> jobs = new ArrayList<>();
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
        return jobs;
    }

    /** One request being carried out: its jobs in order, and the window in which its database is down. */
    private final class Restoring implements AutoCloseable {
        private final RestorePlan plan;
        private final List<Job> jobs;
        private final @Nullable ComponentSwap swap;
        private final @Nullable DatabaseWindow window;
        /** Of each state that several images make up, what they share. */
        private final Map<BackupId, Placement> placements = new HashMap<>();

        private final Map<BackupId, Set<Path>> made = new HashMap<>();

        Restoring(RestorePlan plan, List<Job> jobs) throws IOException {
            this.plan = plan;
            this.jobs = jobs;
            this.swap = swapFor(plan, jobs.get(0).name());
            this.window = windowFor(plan, swap);
        }

        void run() throws IOException, InterruptedException {
            for (int i = 0; i < jobs.size(); i++) {
                Optional<JobRun> begun = begin(i);
                if (begun.isEmpty() || !run(begun.get(), i)) {
                    return;
                }
            }
        }

        /** A job that isn't run, since somebody cancelled it, must not leave the database down. */
        private Optional<JobRun> begin(int index) throws IOException, InterruptedException {
            DatabaseWindow down = window;
            boolean begun = false;
            try {
                Optional<JobRun> job = services.jobs().start(jobs.get(index).name(), Overlap.WAIT);
                begun = job.isPresent();
                return job;
            } finally {
                if (!begun && down != null) {
                    down.bringBack();
                }
            }
        }

        /** @return whether the next job may run */
        private boolean run(JobRun job, int index) throws IOException, InterruptedException {
            DatabaseWindow down = window;
            try {
                if (index == 0 && down != null) {
                    if (swap != null) {
                        swap.requireNoOther();
                    }
                    down.stop(job);
                }
                restoreImage(job, plan.steps().get(index));
                if (index == jobs.size() - 1) {
                    finish(job);
                }
                job.end();
                return true;
            } catch (IOException | InterruptedException | RuntimeException e) {
                if (down != null) {
                    down.bringBack(job, e);
                }
                job.fail(e);
                if (e instanceof InterruptedException interrupted) {
                    throw interrupted;
                }
                return false;
            }
        }

        private void restoreImage(JobRun job, RestorePlan.Step step) throws IOException, InterruptedException {
            Backup backup = step.backup();
            job.act("restore backup " + backup.id(), () -> {
                ComponentSwap staged = swap;
                if (staged != null) {
                    staged.clearStaging(RestorePlanner.roots(backup));
                }
                long restored = restoreLanes(job, step);
                if (staged != null) {
                    makeDurable(staged, RestorePlanner.roots(backup));
                }
                job.figure("objects", Long.toString(restored));
                job.transcript().line("restored " + restored + " objects of backup " + backup.id());
            });
        }

        /** @return how many objects were restored */
        private long restoreLanes(JobRun job, RestorePlan.Step step) throws IOException, InterruptedException {
            List<Placement.Pair> pairs = pairs(step.backup());
            List<Path> places = Destinations.places(pairs);
            Obligation leftovers = job.owe(Leftovers.REMOVE, Leftovers.facts(places));
            try (Anchor anchor = services.files().anchor(places)) {
                return restoreLanes(
                        job,
                        step,
                        anchor.files(),
                        placements.computeIfAbsent(step.wanted().id(), wanted -> placement(wanted, pairs)));
            } finally {
                job.settle(leftovers);
            }
        }

        private long restoreLanes(JobRun job, RestorePlan.Step step, HostFiles files, Placement placement)
                throws IOException, InterruptedException {
            Backup backup = step.backup();
            boolean newest = plan.isNewestOfState(step);
            RestoredFolders folders = step.state().size() == 1
                    ? new RestoredFolders(files, backup.lanes())
                    : new RestoredFolders(
                            files,
                            newest && backup.lanes() == 1,
                            made.computeIfAbsent(step.wanted().id(), id -> new HashSet<>()));
            Map<Integer, TreeSink> sinks = new ConcurrentHashMap<>();
            try {
                readInto(
                        job,
                        step,
                        placement,
                        lane -> {
                            TreeSink sink = sink(job, backup, files, folders, placement);
                            sinks.put(lane, sink);
                            return sink;
                        },
                        sinks.values());
                long restored = 0;
                for (TreeSink sink : sinks.values()) {
                    sink.finish();
                    restored += sink.restored();
                }
                // what is older would give folders what they had then
                if (newest && backup.lanes() > 1) {
                    endFolders(backup, sink(job, backup, files, folders, placement));
                }
                return restored;
            } finally {
                for (TreeSink sink : sinks.values()) {
                    sink.close();
                }
            }
        }

        /** What stands before damage is wanted all the more. */
        private void readInto(
                JobRun job,
                RestorePlan.Step step,
                Placement placement,
                IntFunction<TreeSink> sinkOfLane,
                Collection<TreeSink> sinks)
                throws IOException, InterruptedException {
            NewestObjects newest = NewestObjects.of(services.catalog(), step);
            try {
                reading.read(
                        step.backup(),
                        lane -> watched(newest.only(sinkOfLane.apply(lane), placement)),
                        new ImageOrigin.Asker(job, plan.request().prompt()));
            } catch (BackupException e) {
                if (e.getCause() instanceof ImageException && window == null) {
                    finishAfter(e, sinks);
                }
                throw e;
            }
        }

        private static void finishAfter(BackupException damage, Collection<TreeSink> sinks) {
            for (TreeSink sink : sinks) {
                try {
                    sink.finish();
                } catch (IOException e) {
                    damage.addSuppressed(e);
                }
            }
        }

        /** Folders into which several drives' files went get their attributes when the last of them is there. */
        private void endFolders(Backup backup, TreeSink sink) throws IOException {
            try {
                services.catalog().objects(backup.id(), "", object -> {
                    if (object.type() == MemberType.DIRECTORY.letter()) {
                        sink.endFolder(object);
                    }
                });
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }

        private TreeSink sink(
                JobRun job, Backup backup, HostFiles files, RestoredFolders folders, Placement placement) {
            return new TreeSink(
                    files,
                    folders,
                    placement,
                    new CatalogDigests(services.catalog(), backup.id()),
                    text -> job.warn(text),
                    new TreeSink.Manner(
                            plan.request().existing(), plan.request().powers(), services.privilege(), durability()),
                    services.workers());
        }

        /** Under a lease nothing waits to get its name: the lease might be gone by then. */
        private TreeSink.Durability durability() {
            if (swap != null) {
                return TreeSink.Durability.BY_CALLER;
            }
            return window == null ? TreeSink.Durability.BY_SINK : TreeSink.Durability.EACH;
        }

        /** All of a component at once: before the swap none of it counts. */
        private void makeDurable(ComponentSwap staged, List<Path> roots) throws IOException {
            for (Path root : roots) {
                Path beside = staged.staging(root).getParent();
                services.files().syncFileSystem(beside == null ? root : beside);
            }
        }

        private MemberSink watched(MemberSink sink) {
            DatabaseWindow down = window;
            if (down == null) {
                return sink;
            }
            return member -> {
                synchronized (down) {
                    down.working();
                }
                sink.accept(member);
            };
        }

        private Placement placement(BackupId wanted, List<Placement.Pair> pairs) {
            return Placement.of(services.files(), pairs, plan.request().objects(), ".backup-" + wanted);
        }

        private List<Placement.Pair> pairs(Backup backup) {
            List<Path> roots = RestorePlanner.roots(backup);
            ComponentSwap staged = swap;
            return staged == null
                    ? Destinations.of(plan.request(), roots)
                    : roots.stream()
                            .map(root -> new Placement.Pair(root, staged.staging(root)))
                            .toList();
        }

        private void finish(JobRun job) throws IOException, InterruptedException {
            ComponentSwap staged = swap;
            DatabaseWindow down = window;
            if (down != null) {
                down.expectRestored(job, wholeBackup());
                new ControlFiles(services)
                        .align(
                                job,
                                plan.controlFiles(),
                                down.database(),
                                down,
                                path -> staged == null ? path : staged.staging(path));
            }
            if (staged != null && down != null) {
                job.act("put restored components in place", () -> {
                    staged.requireStaged();
                    down.commit();
                });
                for (Path root : RestorePlanner.roots(plan.steps().get(0).backup())) {
                    job.transcript()
                            .line("what was at " + root + " before is kept at " + staged.before(root)
                                    + "; remove it when you are content");
                }
            }
            if (down != null) {
                down.startAndVerify(
                        job,
                        wholeBackup()
                                .flatMap(each -> OutcomeClass.of(each.about().facts())));
            }
        }

        /** Empty when only a part of the database was restored, of an engine that can do with that. */
        private Optional<Backup> wholeBackup() {
            boolean whole = swap != null || plan.controlFiles().wholeDatabase();
            return whole ? Optional.of(plan.steps().get(0).backup()) : Optional.empty();
        }

        @Override
        public void close() throws IOException {
            ComponentSwap staged = swap;
            if (staged != null) {
                staged.clearStaging();
            }
        }
    }

    /** Whole components of a database are swapped in; anything less is restored in place. */
    private @Nullable ComponentSwap swapFor(RestorePlan plan, JobName first) {
        if (!plan.swaps()) {
            return null;
        }
        Set<Path> live = plan.steps().stream()
                .flatMap(step -> RestorePlanner.roots(step.backup()).stream())
                .collect(Collectors.toCollection(LinkedHashSet::new));
        plan.controlFiles().copies().forEach(each -> live.add(each.to()));
        return new ComponentSwap(services.files(), first.value().replace('/', '-'), List.copyOf(live));
    }

    private @Nullable DatabaseWindow windowFor(RestorePlan plan, @Nullable ComponentSwap swap) throws IOException {
        String name = plan.request().database();
        if (name == null || plan.request().target() != null) {
            return null;
        }
        DatabaseAdapter database = services.databases().database(name);
        return new DatabaseWindow(services, database, services.databases().limits(name), swap);
    }
}
