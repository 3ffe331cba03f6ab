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
import io.saddlebag.increment.IncrementNames;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobName;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.Obligation;
import io.saddlebag.job.Overlap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One request being carried out: its jobs in order, and the windows in which its databases are down. */
final class RestoreRun implements AutoCloseable {
    private final RestoreServices services;
    private final ImageReading reading;
    private final RestorePlan plan;
    private final List<Job> jobs;
    private final @Nullable RollForward forward;
    private final @Nullable ComponentSwap swap;
    /** In the order in which they are opened; of a group, all swap in the same components, and the first one decides. */
    private final List<DatabaseWindow> windows;
    /** Of each state that several images make up, what they share. */
    private final Map<BackupId, Placement> placements = new HashMap<>();

    private final Map<BackupId, FolderTable> made = new HashMap<>();
    private final Failovers failovers;
    private final AlreadyThere alreadyThere;
    /** Whether anything is in place that isn't swapped in as a whole. */
    private boolean touched;

    /** @param forward applies journals before the database opens; null for a state as it was backed up */
    RestoreRun(
            RestoreServices services,
            ImageReading reading,
            RestorePlan plan,
            List<Job> jobs,
            List<String> databases,
            @Nullable RollForward forward)
            throws IOException {
        this.services = services;
        this.forward = forward;
        this.reading = reading;
        this.failovers = new Failovers(services, plan.request(), new Images());
        this.plan = plan;
        this.jobs = jobs;
        this.swap = swapFor(plan, jobs.get(0).name(), databases);
        this.windows = windowsFor(plan, swap, databases);
        this.alreadyThere = new AlreadyThere(services, plan, swap);
    }

    /** What that backup is staged for; null when its files go to their places at once. */
    private @Nullable ComponentSwap swapOf(Backup backup) {
        return backup.about().database() == null || alreadyThere.isAtCheckpoint(backup) ? null : swap;
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
        boolean begun = false;
        try {
            Optional<JobRun> job = services.jobs().start(jobs.get(index).name(), Overlap.WAIT);
            begun = job.isPresent();
            return job;
        } finally {
            if (!begun) {
                newestFirst().forEach(DatabaseWindow::bringBack);
            }
        }
    }

    /** @return whether the next job may run */
    private boolean run(JobRun job, int index) throws IOException, InterruptedException {
        try {
            if (index == 0) {
                requireOpens(job);
                if (forward != null) {
                    forward.prepare(job);
                }
            }
            if (index == 0 && !windows.isEmpty()) {
                if (swap != null) {
                    swap.requireNoOther();
                }
                for (DatabaseWindow down : windows) {
                    down.stop(job);
                }
                alreadyThere.lookAt(job, windows);
            }
            failovers.restore(
                    job,
                    plan.steps().get(index),
                    plan.isNewestOfState(plan.steps().get(index)));
            if (index == jobs.size() - 1) {
                finish(job);
            }
            job.end();
            return true;
        } catch (IOException | InterruptedException | RuntimeException e) {
            newestFirst().forEach(down -> down.bringBack(job, e));
            job.fail(e);
            if (e instanceof InterruptedException interrupted) {
                throw interrupted;
            }
            return false;
        }
    }

    private List<DatabaseWindow> newestFirst() {
        List<DatabaseWindow> all = new ArrayList<>(windows);
        Collections.reverse(all);
        return all;
    }

    private void requireOpens(JobRun job) throws IOException, InterruptedException {
        for (RestorePlan.Step step : plan.steps()) {
            reading.requireOpens(
                    failovers.first(step),
                    new ImageOrigin.Asker(job, plan.request().prompt()));
        }
    }

    /** One image after the other, and one copy after the other. */
    private final class Images implements Failovers.Reading {
        @Override
        public void read(JobRun job, Failovers.Attempt attempt) throws IOException, InterruptedException {
            for (DatabaseWindow down : windows) {
                down.renew();
            }
            String which = attempt.number() == 1 ? "" : ", attempt " + attempt.number();
            job.act("restore backup " + attempt.from().id() + which, () -> restoreImage(job, attempt));
        }

        @Override
        public boolean mayGoBack(Backup wanted) {
            return swap != null
                    || !touched
                    || (windows.isEmpty() && plan.request().existing() == RestoreRequest.Existing.REPLACE);
        }

        @Override
        public boolean fits(Backup wanted, Backup other) {
            return (windows.isEmpty() && swap == null)
                    || Set.copyOf(RestorePlanner.roots(wanted)).equals(Set.copyOf(RestorePlanner.roots(other)));
        }

        @Override
        public boolean mayCombine() {
            return swap != null;
        }
    }

    private void restoreImage(JobRun job, Failovers.Attempt attempt) throws IOException, InterruptedException {
        ComponentSwap staged = swapOf(attempt.from());
        List<Path> roots = roots(attempt.step()).stream().map(plan::place).toList();
        // what comes on top of another image needs that where it is, however often it is tried
        boolean first = attempt.step().isFirst();
        if (staged != null && first) {
            staged.clearStaging(roots);
        }
        try {
            if (staged != null && first && !windows.isEmpty()) {
                alreadyThere.takeOver(job, attempt.from(), roots(attempt.step()), staged, this::goesOn);
            }
            long restored = restoreLanes(job, attempt);
            if (staged != null) {
                makeDurable(staged, roots);
            }
            job.figure("objects", Long.toString(restored));
            job.transcript()
                    .line("restored " + restored + " objects of backup "
                            + attempt.from().id());
        } catch (IOException | InterruptedException | RuntimeException e) {
            if (first) {
                clearAfter(e, staged, roots);
            }
            throw e;
        }
    }

    /** The parts of the state that the image is of: those that its newest image has. */
    private static List<Path> roots(RestorePlan.Step step) {
        return RestorePlanner.roots(step.isCombined() ? step.wanted() : step.backup());
    }

    /** The next attempt has the room again. */
    private void clearAfter(Exception failure, @Nullable ComponentSwap staged, List<Path> roots) {
        try {
            if (staged != null) {
                staged.clearStaging(roots);
            }
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** @return how many objects were restored */
    private long restoreLanes(JobRun job, Failovers.Attempt attempt) throws IOException, InterruptedException {
        List<Placement.Pair> pairs = pairs(attempt);
        List<Path> places = Destinations.places(pairs);
        Obligation leftovers = job.owe(Leftovers.REMOVE, Leftovers.facts(places));
        try (Anchor anchor = services.files().anchor(places)) {
            long restored = restoreLanes(
                    job,
                    attempt,
                    anchor.files(),
                    placements.computeIfAbsent(
                            attempt.step().wanted().id(), wanted -> placement(attempt.step(), pairs)));
            if (attempt.step().isCombined() && !attempt.step().isFirst()) {
                job.transcript()
                        .line(new Combining(services, anchor.files(), attempt.from(), this::goesOn).combine(pairs));
            }
            return restored;
        } finally {
            job.settle(leftovers);
        }
    }

    private long restoreLanes(JobRun job, Failovers.Attempt attempt, HostFiles files, Placement placement)
            throws IOException, InterruptedException {
        Backup backup = attempt.from();
        RestorePlan.Step step = attempt.step();
        boolean newest = attempt.newest();
        InPlace inPlace = leavesAlone(attempt)
                ? new InPlace(
                        files, placement, services.privilege(), plan.request().existing())
                : null;
        RestoredFolders folders = step.state().size() == 1 || step.isCombined()
                ? new RestoredFolders(files, backup.lanes())
                : new RestoredFolders(
                        files,
                        newest && backup.lanes() == 1,
                        made.computeIfAbsent(step.wanted().id(), id -> new FolderTable()));
        Map<Integer, TreeSink> sinks = new ConcurrentHashMap<>();
        try {
            readInto(
                    job,
                    attempt,
                    placement,
                    inPlace,
                    lane -> sinks.computeIfAbsent(lane, each -> sink(job, backup, files, folders, placement)),
                    sinks.values());
            long restored = 0;
            for (TreeSink sink : sinks.values()) {
                sink.finish();
                restored += sink.restored();
            }
            if (inPlace != null && inPlace.left() > 0) {
                job.figure("in-place", Long.toString(inPlace.left()));
                job.transcript().line(inPlace.left() + " files were in place as they were backed up, and left alone");
            }
            // what is older would give folders what they had then
            if ((newest || step.isCombined()) && backup.lanes() > 1) {
                endFolders(backup, sink(job, backup, files, folders, placement));
            }
            return restored;
        } finally {
            for (TreeSink sink : sinks.values()) {
                touched |= swap == null && sink.restored() > 0;
                sink.close();
            }
        }
    }

    /** What stands before damage is wanted all the more. */
    private void readInto(
            JobRun job,
            Failovers.Attempt attempt,
            Placement placement,
            @Nullable InPlace inPlace,
            IntFunction<TreeSink> sinkOfLane,
            Collection<TreeSink> sinks)
            throws IOException, InterruptedException {
        NewestObjects newest = NewestObjects.of(services.catalog(), attempt.step());
        try {
            ImageReading.Sinks into = lane -> {
                TreeSink sink = sinkOfLane.apply(lane);
                return watched(newest.only(inPlace == null ? sink : inPlace.without(sink), placement));
            };
            var asker = new ImageOrigin.Asker(job, plan.request().prompt());
            boolean isThere = alreadyThere.has(attempt.from());
            Optional<WantedPlaces> few = isThere
                    ? alreadyThere.missing(attempt.from(), placement)
                    : WantedPlaces.of(
                            services.catalog(),
                            attempt.from(),
                            objects(attempt.step()),
                            object -> newest.isFromHere(object.path()));
            if (alreadyThere.isAtCheckpoint(attempt.from())
                    && few.filter(WantedPlaces::areFolders).isPresent()) {
                job.transcript()
                        .line("nothing of backup " + attempt.from().id() + " is missing, and nothing is read of it");
                return;
            }
            if (attempt.step().isCombined() && attempt.step().objects() == 0) {
                return;
            }
            if (few.isEmpty() || !reading.readSome(attempt.from(), few.get(), into, asker, attempt.trouble())) {
                reading.read(attempt.from(), into, asker, attempt.trouble());
            }
        } catch (BackupException e) {
            if (e.getCause() instanceof ImageException && windows.isEmpty()) {
                finishAfter(e, sinks);
            }
            throw e;
        }
    }

    /**
     * Files of a database are never told by length and time alone: it may have been at them, but for those that are known to be
     * left as they were backed up. What this request itself has
     * put beside others under new names isn't put there twice.
     */
    private boolean leavesAlone(Failovers.Attempt attempt) {
        RestoreRequest request = plan.request();
        boolean again = attempt.number() > 1 && request.existing() == RestoreRequest.Existing.RENAME;
        return alreadyThere.has(attempt.from())
                || (windows.isEmpty()
                        && !attempt.step().isCombined()
                        && (again || request.choices().inPlace() == RestoreChoices.InPlace.LEFT_ALONE));
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

    private TreeSink sink(JobRun job, Backup backup, HostFiles files, RestoredFolders folders, Placement placement) {
        return new TreeSink(
                files,
                folders,
                placement,
                new CatalogDigests(services.catalog(), backup.id()),
                text -> job.warn(text),
                new TreeSink.Manner(
                        plan.request().existing(), plan.request().powers(), services.privilege(), durability(backup)),
                services.workers());
    }

    /** Under a lease nothing waits to get its name: the lease might be gone by then. */
    private TreeSink.Durability durability(Backup backup) {
        if (swapOf(backup) != null) {
            return TreeSink.Durability.BY_CALLER;
        }
        return windows.isEmpty() ? TreeSink.Durability.BY_SINK : TreeSink.Durability.EACH;
    }

    /** All of a component at once: before the swap none of it counts. */
    private void makeDurable(ComponentSwap staged, List<Path> roots) throws IOException {
        for (Path root : roots) {
            Path beside = staged.staging(root).getParent();
            services.files().syncFileSystem(beside == null ? root : beside);
        }
    }

    private MemberSink watched(MemberSink sink) {
        if (windows.isEmpty()) {
            return sink;
        }
        return member -> {
            goesOn();
            sink.accept(member);
        };
    }

    private void goesOn() throws IOException {
        synchronized (windows) {
            for (DatabaseWindow down : windows) {
                down.working();
            }
        }
    }

    private Placement placement(RestorePlan.Step step, List<Placement.Pair> pairs) {
        return Placement.of(
                services.files(),
                pairs,
                objects(step),
                ".backup-" + step.wanted().id());
    }

    /** What is asked for, whole or as blocks that changed. */
    private List<String> objects(RestorePlan.Step step) {
        List<String> wanted = plan.request().objects();
        return step.isCombined() ? IncrementNames.withIncrements(wanted) : wanted;
    }

    private List<Placement.Pair> pairs(Failovers.Attempt attempt) {
        List<Path> roots = roots(attempt.step());
        ComponentSwap staged = swapOf(attempt.from());
        return staged == null
                ? Destinations.of(plan.request(), roots)
                : roots.stream()
                        .map(root -> new Placement.Pair(root, staged.staging(plan.place(root))))
                        .toList();
    }

    private void finish(JobRun job) throws IOException, InterruptedException {
        ComponentSwap staged = isInPlace() ? null : swap;
        for (DatabaseWindow down : windows) {
            down.expectRestored(job, wholeBackup(down.database()));
            new ControlFiles(services)
                    .align(
                            job,
                            plan.controlFiles(),
                            down.adapter(),
                            down,
                            path -> staged == null ? path : staged.staging(path));
            if (staged != null) {
                new PartMoves(services).point(job, plan, down, staged::staging);
            }
            arrange(job, down, staged);
        }
        if (staged != null && !windows.isEmpty()) {
            job.act("put restored components in place", () -> {
                staged.requireStaged();
                commit();
            });
            for (Path root : stagedRoots(plan)) {
                if (services.files().exists(staged.before(root))) {
                    job.transcript()
                            .line("what was at " + root + " before is kept at " + staged.before(root)
                                    + "; remove it when you are content");
                }
            }
        }
        if (staged != null && windows.isEmpty()) {
            job.act("put restored files in place", staged::takeFreePlaces);
        }
        for (DatabaseWindow down : newestFirst()) {
            down.startAndVerify(
                    job,
                    wholeBackup(down.database())
                            .flatMap(each -> OutcomeClass.of(each.about().facts())),
                    forward);
        }
    }

    private void arrange(JobRun job, DatabaseWindow down, @Nullable ComponentSwap staged)
            throws IOException, InterruptedException {
        Optional<Backup> restored = wholeBackup(down.database());
        if (forward != null && staged != null && restored.isPresent()) {
            down.renew();
            new RenewedLease(services.workers(), down::renew)
                    .during(() -> forward.arrange(job, restored.get(), staged::staging));
            down.renew();
        }
    }

    /** Whether the database has its files already, and nothing was staged. */
    private boolean isInPlace() {
        return plan.steps().stream().allMatch(step -> alreadyThere.isAtCheckpoint(failovers.given(step.wanted())));
    }

    /** The guard that decides acts for all: no other one may begin to start its database before that one gives up. */
    private void commit() throws IOException {
        DatabaseWindow first = windows.get(0);
        if (windows.size() == 1) {
            first.commit();
            return;
        }
        first.renew();
        for (DatabaseWindow other : windows.subList(1, windows.size())) {
            other.renewAsLongAs(first);
        }
        first.commitWithoutRenewal();
    }

    /** Empty when only a part of the database was restored, of an engine that can do with that. */
    private Optional<Backup> wholeBackup(String database) {
        if (swap == null && !plan.controlFiles().wholeDatabase()) {
            return Optional.empty();
        }
        return plan.steps().stream()
                .map(step -> failovers.given(step.wanted()))
                .filter(backup -> database.equals(backup.about().database()))
                .findFirst();
    }

    @Override
    public void close() throws IOException {
        ComponentSwap staged = swap;
        if (staged != null) {
            staged.clearStaging();
        }
    }

    /** Whole components of a database are swapped in, and what is put together is staged; anything less is restored in place. */
    private @Nullable ComponentSwap swapFor(RestorePlan plan, JobName first, List<String> databases)
            throws IOException {
        boolean swapped = !databases.isEmpty()
                && plan.request().target() == null
                && plan.request().objects().isEmpty();
        if (!swapped && plan.steps().stream().noneMatch(RestorePlan.Step::isCombined)) {
            return null;
        }
        List<DatabaseAdapter> replaced = new ArrayList<>();
        for (String name : swapped ? databases : List.<String>of()) {
            replaced.add(services.databases().database(name));
        }
        return new ComponentSwap(
                services.files(),
                first.value().replace('/', '-'),
                stagedRoots(plan),
                place -> replaced.stream()
                        .flatMap(each -> each.attendants(place).stream())
                        .toList());
    }

    private static List<Path> stagedRoots(RestorePlan plan) {
        Stream<Path> restored = plan.steps().stream()
                .filter(step -> step.backup().about().database() != null)
                .flatMap(step -> roots(step).stream())
                .map(plan::place);
        Stream<Path> copies = plan.controlFiles().copies().stream().map(ControlFilePlan.Copy::to);
        return Stream.concat(restored, copies).distinct().toList();
    }

    private List<DatabaseWindow> windowsFor(RestorePlan plan, @Nullable ComponentSwap swap, List<String> databases)
            throws IOException {
        List<DatabaseWindow> windows = new ArrayList<>();
        if (plan.request().target() == null) {
            for (String name : databases) {
                DatabaseAdapter database = services.databases().database(name);
                windows.add(new DatabaseWindow(
                        services, database, services.databases().limits(name), swap));
            }
        }
        return windows;
    }
}
