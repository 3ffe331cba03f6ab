package io.saddlebag.backup;

import io.saddlebag.catalog.Backup;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.dataset.Selection;
import io.saddlebag.fault.BackupException;
import io.saddlebag.group.RecoveryPoint;
import io.saddlebag.host.HostFiles;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobName;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.StepWork;
import io.saddlebag.snapshot.Consistency;
import io.saddlebag.snapshot.Snapshot;
import io.saddlebag.snapshot.SnapshotFault;
import io.saddlebag.snapshot.SnapshotProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One backup job in progress: the phases of an offline backup (W1), each a durable step (W21), called one after another by
 * {@link OfflineBackup} or by a route that composes them by hand.
 *
 * <p>Whoever calls them in whatever order, this holds:
 * <ul>
 *   <li>a database is stopped only under a lease of the watchdog (W20), and is started again at the latest by
 *       {@link #end};
 *   <li>a database is put in backup mode only under such a lease, which a freeze shortens to what it may last, and leaves
 *       it at the latest by {@link #end};
 *   <li>a failed stop never leads to a snapshot (W3), and a snapshot taken after the lease was lost is thrown away;
 *   <li>an image of a view that isn't independent of the source is refused once the source runs again;
 *   <li>nothing is a backup before image and catalog are durable.
 * </ul>
 * Methods wait for each other; a phase is never run by two threads.
 */
public final class BackupRun {
    private final BackupServices services;
    private final JobRun job;
    private final RequesterRights requester;
    private final Map<String, Quiesce> quiesced = new LinkedHashMap<>();
    private final Deque<HeldSnapshot> snapshots = new ArrayDeque<>();
    private final List<DatabaseAdapter> databases = new ArrayList<>();
    private final Map<String, Map<String, String>> histories = new LinkedHashMap<>();
    private final OnlinePhases online;
    private final Deque<StepWork> atEnd = new ArrayDeque<>();
    private final Set<String> warned = new HashSet<>();
    private List<Selection> selections = List.of();
    private Map<Path, Path> instead = Map.of();
    private @Nullable HostFiles readThrough;
    private @Nullable String refusal;

    BackupRun(BackupServices services, JobRun job, RequesterRights requester) {
        this.requester = requester;
        this.atEnd.push(requester::close);
        this.services = services;
        this.job = job;
        this.online = new OnlinePhases(services, job);
    }

    public JobName name() {
        return job.name();
    }

    public JobRun job() {
        return job;
    }

    /**
     * Stops the database under a lease (W1, W20).
     *
     * @throws BackupException when it could not be stopped: it has been started again, and this job takes no snapshot
     */
    public synchronized void stop(DatabaseAdapter database, StopOptions options)
            throws IOException, InterruptedException {
        if (quiesced.containsKey(database.name())) {
            return;
        }
        requester.requireQuiesce(database);
        Quiesce quiesce = new Quiesce(services, job, database, options);
        quiesced.put(database.name(), quiesce);
        databases.add(database);
        try {
            job.act("stop " + database.name(), () -> {
                quiesce.stop();
            });
            remember(database);
        } catch (IOException | InterruptedException | RuntimeException e) {
            refusal = "the stop of database " + database.name() + " failed";
            bringBack(quiesce, e);
            throw e;
        }
    }

    /**
     * Puts the database in backup mode under a lease, after its writer has said that it can be (W6, W8, W20).
     *
     * @throws BackupException when it can't be, or wasn't: it is not in backup mode, and this job takes no snapshot
     */
    public synchronized void beginBackup(DatabaseAdapter database, OnlineOptions options)
            throws IOException, InterruptedException {
        if (online.has(database.name())) {
            return;
        }
        requester.requireQuiesce(database);
        databases.add(database);
        try {
            online.begin(database, options);
            remember(database);
        } catch (IOException | InterruptedException | RuntimeException e) {
            refusal = "database " + database.name() + " could not be put in backup mode";
            throw e;
        }
    }

    /** All databases that this job stops or freezes are to have one recovery point: call this before (W23). */
    synchronized void shareRecoveryPoint() {
        online.share();
    }

    private void remember(DatabaseAdapter database) throws IOException {
        histories.put(database.name(), services.histories().of(database.name()));
    }

    /** What the databases' backup says of their past: that of the one whose backup it is. */
    private Map<String, String> history(List<DatabaseAdapter> of) {
        return of.isEmpty() ? Map.of() : histories.getOrDefault(of.get(0).name(), Map.of());
    }

    /**
     * Ends backup mode once the snapshot is there (W6). When the view isn't apart from the source, backup mode stays on until
     * all of the image has been read, and ends then.
     *
     * @throws BackupException when the engine has lost it meanwhile: the snapshot is worth nothing then
     */
    public synchronized void endBackup(DatabaseAdapter database) throws IOException, InterruptedException {
        HeldSnapshot held = stillSnapshot(database.name());
        try {
            // released last: what is found first by others is the snapshot of the data
            online.end(database, held).ifPresent(snapshots::addFirst);
        } catch (IOException | InterruptedException | RuntimeException e) {
            refusal = "database " + database.name() + " did not end its backup mode as it should";
            throw e;
        }
    }

    /**
     * The images of this job are of that database, which runs and knows nothing of it: crash consistent at best (W9).
     *
     * @param freeze for how long its writes may wait for a snapshot
     */
    public synchronized void withoutWriter(DatabaseAdapter database, Duration freeze) {
        if (online.withoutWriter(database.name(), freeze)) {
            databases.add(database);
        }
    }

    /**
     * Takes a snapshot of the paths while the databases stand still (W5).
     *
     * @throws BackupException when it failed, when its provider is too weak for what is asked, or when a lease was lost
     *     meanwhile: then there is no snapshot
     */
    public synchronized Snapshot snapshot(SnapshotProvider provider, List<Path> paths)
            throws IOException, InterruptedException {
        refuseAfterFailure("no snapshot is taken");
        job.checkCancelled();
        // whoever has said what the files are read through has chosen the provider by that
        SnapshotProvider views = readThrough == null ? requester.provider(provider) : provider;
        requireEnough(views, paths);
        return job.step("snapshot " + views.name(), () -> take(views, paths));
    }

    /**
     * Starts the database and ends its lease. A start that fails doesn't end the job here: the image is still written and
     * the job fails at its end, with the alarm that the database is down (W3).
     *
     * @return whether the database is open
     */
    public synchronized boolean start(DatabaseAdapter database) throws IOException, InterruptedException {
        Quiesce quiesce = quiesced.get(database.name());
        if (quiesce == null) {
            throw new BackupException(
                    BackupFault.NOT_STOPPED_HERE,
                    "job " + name() + " did not stop database " + database.name() + ", so it has nothing to start",
                    "Put a step 'database:" + database.name() + "?operation=stop' before, in the same route.");
        }
        if (quiesce.ended()) {
            return true;
        }
        for (HeldSnapshot held : snapshots) {
            held.sourceRunsAgain();
        }
        return startOrDefer(quiesce);
    }

    /** What is read of a database: not the same when it is in backup mode. */
    public synchronized List<DatabaseComponent> components(DatabaseAdapter database)
            throws IOException, InterruptedException {
        return online.components(database);
    }

    /** What a view has to be worth for all of the job's databases as they are now. */
    public synchronized Consistency needed() {
        return databases.stream()
                .map(database -> least(database.name()))
                .max(Comparator.naturalOrder())
                .orElse(Consistency.NONE);
    }

    /** The databases that this job has stopped or put in backup mode, in that order. */
    public synchronized List<DatabaseAdapter> databases() {
        return List.copyOf(databases);
    }

    /** For how long writes had to wait for the last snapshot; empty when no database was in backup mode, or nobody knows (W7). */
    public synchronized Optional<Duration> frozen() {
        return online.frozen();
    }

    /** The newest snapshot of this job that hasn't been released. */
    public synchronized Optional<Snapshot> snapshot() {
        return Optional.ofNullable(snapshots.peekLast()).map(HeldSnapshot::snapshot);
    }

    /**
     * What an image of the job's snapshot consists of; nothing is read yet.
     *
     * @param name under which the backup is found
     * @throws BackupException when there is no snapshot, or the source changes under it
     */
    public synchronized BackupSource source(String name, SourceOptions options)
            throws IOException, InterruptedException {
        HeldSnapshot held = stillSnapshot(name);
        SourceParts parts = online.parts(
                held.snapshot(),
                databases,
                history(databases),
                selections,
                readThrough == null ? requester.reader().files() : readThrough);
        return BackupSource.of(services, this, name, held, parts.reading(instead), options, null);
    }

    /**
     * What an image of a copy consists of that the database's server sends (R12); there is no snapshot, and the server begins to send
     * at once. Backup mode ends when the image has been read.
     *
     * @param name under which the backup is found
     * @throws BackupException when the server doesn't begin; nothing is left of it then
     */
    public synchronized BackupSource streamed(
            String name, DatabaseAdapter database, OnlineOptions options, SourceOptions source)
            throws IOException, InterruptedException {
        refuseAfterFailure("no copy is asked for");
        job.checkCancelled();
        if (online.has(database.name())) {
            throw new BackupException(
                    BackupFault.SOURCE_RUNS,
                    "job " + name() + " has had database " + database.name() + " in backup mode before",
                    "Leave 'begin-backup' out, and ask for one copy only: the server is in backup mode while it sends.");
        }
        requester.requireQuiesce(database);
        databases.add(database);
        try {
            OnlinePhases.Streaming streaming = online.beginStream(name, database, options, source.level());
            HostFiles files = readThrough == null ? requester.reader().files() : readThrough;
            return BackupSource.ofStream(services, this, name, database.name(), streaming, files, source);
        } catch (IOException | InterruptedException | RuntimeException e) {
            refusal = "database " + database.name() + " didn't begin to send a copy of itself";
            throw e;
        }
    }

    /**
     * As {@link #source(String, SourceOptions)}, of one member of a consistency group, whose snapshot covers all of them (W23).
     *
     * @param part its paths, all of which are in the snapshot; of files it is always everything, whatever the options say
     */
    public synchronized BackupSource source(String name, SourceOptions options, GroupPart part)
            throws IOException, InterruptedException {
        HeldSnapshot held = stillSnapshot(name);
        List<DatabaseAdapter> own = databases.stream()
                .filter(database -> database.name().equals(part.member()))
                .toList();
        SourceParts parts = online.parts(
                held.snapshot(),
                own,
                history(own),
                List.of(),
                readThrough == null ? requester.reader().files() : readThrough);
        return BackupSource.of(services, this, name, held, parts, options, part);
    }

    /** A name for the recovery point of a group, that no other has. */
    String newPoint() {
        return services.names().next("point");
    }

    /**
     * A member of a group.
     *
     * @param member a database's name, or that of a file tree
     */
    public record GroupPart(RecoveryPoint point, String member, List<Path> paths) {
        public GroupPart {
            paths = List.copyOf(paths);
        }
    }

    /**
     * As {@link #source}, of the disks that the snapshot's views are: devices, files, or mount points of whole file systems
     * (D9).
     *
     * @throws BackupException when a view is no disk, or one that somebody may change meanwhile, or when it can't be told which
     *     of its blocks are used
     */
    public synchronized BackupSource volumes(String name, VolumeImaging imaging, VolumeOptions options)
            throws IOException {
        return BackupSource.ofVolumes(services, this, name, stillSnapshot(name), imaging(imaging), options);
    }

    /** The disks as whoever asked for this job may read them (D5). */
    synchronized VolumeImaging imaging(VolumeImaging all) throws IOException {
        return requester.imaging(all);
    }

    /** As {@link #source}, of what somebody else holds still; there is no snapshot of it. */
    public synchronized BackupSource supplied(SuppliedImage image) {
        return BackupSource.ofSupplied(services, this, image);
    }

    /** Whatever the job has been told before isn't said again. */
    synchronized void warnOnce(List<String> warnings) {
        warnings.stream().filter(warned::add).forEach(job::warn);
    }

    /** A view that an image of another job goes on from: released with this job's. */
    synchronized void hold(HeldSnapshot taken) {
        snapshots.addFirst(taken);
    }

    /** Images of this job are read through these, with the rights that they have (D5). */
    synchronized void readThrough(HostFiles files) {
        readThrough = files;
    }

    /** Images of this job hold no more than these of the paths whose snapshot is taken (D1). */
    synchronized void limitTo(List<Selection> wanted) {
        selections = List.copyOf(wanted);
    }

    /** Images of this job hold that other file as the file of the source (D1). */
    synchronized void readInstead(Path source, Path other) {
        instead = Map.of(source, other);
    }

    /** Runs this when the job ends, however it ends; what was given last comes first. A failure is the job's. */
    synchronized void atEnd(StepWork work) {
        atEnd.push(work);
    }

    /** Writes the image to the target and makes it a backup: durable there and in the catalog (C1). */
    public synchronized Backup store(BackupSource source, ImageTarget target) throws IOException, InterruptedException {
        refuseAfterFailure("no image is written");
        job.checkCancelled();
        Backup backup;
        try {
            backup = job.step(
                    "write image " + source.name(), () -> new ImageWriting(services, job, this).write(source, target));
        } catch (IOException e) {
            if (ImageWriting.hasCause(e, SnapshotFault.NO_ROOM)) {
                // whatever else this job does can wait, its source can't
                refusal = "its snapshot was given up, as its source may need the room";
                release();
            }
            throw e;
        }
        online.close();
        return backup;
    }

    /**
     * For a snapshot that is to be taken: what is there before a database is stopped for it (W2).
     *
     * @throws BackupException {@link SnapshotFault#NO_ROOM}
     */
    void requireRoom(SnapshotProvider provider, List<Path> paths) throws IOException {
        HeldSnapshot.requireRoomFor(services.reserve(), provider.room(paths), paths);
    }

    /** Of all snapshots that are there; called while an image is written, by whoever reads it. */
    void requireRoom() throws IOException {
        for (HeldSnapshot held : snapshots) {
            held.requireRoom();
        }
    }

    /** Releases all snapshots. One that can't be released is a warning and stays owed: it is tried again at next start. */
    public synchronized void release() throws IOException, InterruptedException {
        while (!snapshots.isEmpty()) {
            HeldSnapshot held = snapshots.removeLast();
            if (held.isLeft()) {
                continue;
            }
            try {
                job.act("release snapshot " + held.snapshot().id(), () -> {
                    held.confirm(services.catalog());
                    held.release();
                });
            } catch (IOException | RuntimeException e) {
                job.warn(
                        "snapshot " + held.snapshot().id() + " was not released, and is tried again at the next start: "
                                + (e instanceof BackupException known ? known.getMessage() : e));
            }
        }
    }

    /**
     * Ends the job: what is still owed is undone first, newest first; then the job's state is what its phases came to.
     *
     * @param failure what ended the workflow early; null when it went through
     */
    public synchronized Job end(@Nullable Throwable failure) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            settleAll(failure);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        services.running().remove(name(), this);
        if (failure instanceof InterruptedException || interrupted) {
            return job.cancel();
        }
        return failure == null ? job.end() : job.fail(failure);
    }

    /** Renews the leases of databases that still stand still; called while work goes on (W20). */
    void renewLeases() throws IOException {
        for (Quiesce quiesce : quiesced.values()) {
            quiesce.renew();
        }
        online.renew();
    }

    private Snapshot take(SnapshotProvider provider, List<Path> paths) throws IOException, InterruptedException {
        renewLeases();
        HeldSnapshot held = HeldSnapshot.take(services, job, online.limited(provider), paths, online.stillness());
        try {
            renewLeases();
        } catch (IOException lost) {
            held.releaseAfter(lost);
            throw lost;
        }
        snapshots.addLast(held);
        job.figure("snapshot-provider", provider.name());
        job.figure("snapshot-ms", Long.toString(held.snapshot().took().toMillis()));
        online.reportFreeze(held.snapshot());
        return held.snapshot();
    }

    private void requireEnough(SnapshotProvider provider, List<Path> paths) throws IOException, InterruptedException {
        for (DatabaseAdapter database : databases) {
            Consistency least = least(database.name());
            if (least != Consistency.NONE) {
                requireEnough(
                        provider,
                        own(paths, online.components(database)),
                        least,
                        online.has(database.name()) ? " in backup mode" : "");
            }
        }
    }

    /** What several databases lie on need not be of one instant: they stand still while it is taken. */
    private static List<Path> own(List<Path> paths, List<DatabaseComponent> components) {
        List<Path> own = paths.stream()
                .filter(path -> components.stream()
                        .anyMatch(part -> part.path().startsWith(path) || path.startsWith(part.path())))
                .toList();
        return own.isEmpty() ? paths : own;
    }

    /**
     * @param paths of one database
     * @param how the database runs
     */
    static void requireEnough(SnapshotProvider provider, List<Path> paths, Consistency least, String how)
            throws IOException {
        Consistency given = provider.consistency(paths);
        if (given.compareTo(least) < 0) {
            throw new BackupException(
                    BackupFault.SOURCE_RUNS,
                    "provider " + provider.name() + " gives " + given
                            + " consistency, which is not enough while a database runs" + how,
                    "Take the snapshot between the stop and the start of the database, or choose a provider"
                            + " that gives " + least + ".");
        }
    }

    private Consistency least(String database) {
        Quiesce quiesce = quiesced.get(database);
        if (quiesce != null && !quiesce.ended()) {
            return Consistency.NONE;
        }
        return online.least(database);
    }

    private HeldSnapshot stillSnapshot(String name) throws BackupException {
        refuseAfterFailure("no image is made");
        HeldSnapshot held = snapshots.peekLast();
        if (held == null) {
            throw new BackupException(
                    BackupFault.NO_SNAPSHOT,
                    "job " + name() + " has no snapshot to make image '" + name + "' of",
                    "Put a step 'snapshot:create' before the image, or 'snapshot:create?provider=none' when the source"
                            + " stays stopped until the image is written.");
        }
        held.requireStill();
        return held;
    }

    private void refuseAfterFailure(String consequence) throws BackupException {
        if (refusal != null) {
            throw new BackupException(
                    BackupFault.EARLIER_PHASE_FAILED,
                    consequence + " in job " + name() + ", since " + refusal,
                    "Read the job's transcript with 'saddlebag catxcr " + name() + "', mend that and run it again.");
        }
    }

    private boolean startOrDefer(Quiesce quiesce) throws InterruptedException, IOException {
        String database = quiesce.database().name();
        try {
            job.act("start " + database, () -> {
                quiesce.start();
            });
            return true;
        } catch (IOException | RuntimeException e) {
            job.defer(new BackupException(
                    BackupFault.DATABASE_DOWN,
                    "database " + database + " is DOWN: it could not be started after the snapshot",
                    "Start it by hand now; its files are as they were when it was stopped.",
                    e));
            leaveToWatchdog(quiesce);
            return false;
        }
    }

    /** A guard that is dead as well must not cost the image, nor the job its end: the debt stays, and the alarm is out. */
    private void leaveToWatchdog(Quiesce quiesce) {
        try {
            quiesce.leaveToWatchdog();
        } catch (IOException | RuntimeException e) {
            job.warn("the guard of database " + quiesce.database().name() + " can't help: " + e.getMessage());
        }
    }

    /** Clean-up: it never hides the first failure. */
    private void bringBack(Quiesce quiesce, @Nullable Throwable first) throws IOException {
        try {
            startOrDefer(quiesce);
        } catch (IOException | RuntimeException e) {
            if (first == null) {
                throw e;
            }
            first.addSuppressed(e);
        } catch (InterruptedException e) {
            // this thread has no time to wait for the start, the guard has
            leaveToWatchdog(quiesce);
            Thread.currentThread().interrupt();
        }
    }

    private void settleAll(@Nullable Throwable failure) throws IOException {
        List<Quiesce> newestFirst = new ArrayList<>(quiesced.values());
        Collections.reverse(newestFirst);
        for (Quiesce quiesce : newestFirst) {
            if (!quiesce.ended() && !quiesce.leftToWatchdog()) {
                bringBack(quiesce, failure);
            }
        }
        online.close();
        try {
            release();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        runAtEnd();
    }

    private void runAtEnd() throws IOException {
        while (!atEnd.isEmpty()) {
            try {
                atEnd.pop().run();
            } catch (BackupException e) {
                job.defer(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** How long things may take. */
    public record StopOptions(Duration stopTimeout, Duration startTimeout, Duration lease) {}
}
