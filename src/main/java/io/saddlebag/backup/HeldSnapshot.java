package io.saddlebag.backup;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.database.OutcomeClass;
import io.saddlebag.fault.BackupException;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.Obligation;
import io.saddlebag.snapshot.CoveredComponent;
import io.saddlebag.snapshot.PreparedSnapshot;
import io.saddlebag.snapshot.RoomGauge;
import io.saddlebag.snapshot.Snapshot;
import io.saddlebag.snapshot.SnapshotProvider;
import io.saddlebag.snapshot.SnapshotReserve;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A snapshot that a job has to release, recorded so that another process can. */
final class HeldSnapshot {
    /** Kind of the obligation to remove a snapshot. */
    static final String RELEASE_SNAPSHOT = "release-snapshot";

    private final JobRun job;
    private final SnapshotProvider provider;
    private final Snapshot snapshot;
    private final SnapshotReserve reserve;
    private final RoomGauge room;
    private Obligation obligation;
    private boolean sourceRunsAgain;
    private final List<Backup> durable = new ArrayList<>();
    private boolean kept;
    private boolean left;

    private HeldSnapshot(
            JobRun job,
            SnapshotProvider provider,
            Snapshot snapshot,
            SnapshotReserve reserve,
            RoomGauge room,
            Obligation obligation) {
        this.reserve = reserve;
        this.room = room;
        this.job = job;
        this.provider = provider;
        this.snapshot = snapshot;
        this.obligation = obligation;
    }

    /** What makes the source stand still for the snapshot, and for no longer. */
    interface Stillness {
        Stillness NONE = new Stillness() {
            @Override
            public void begin() {}

            @Override
            public void end() {}
        };

        void begin() throws IOException, InterruptedException;

        /** The view is there, and all stands still yet. */
        default void taken() throws IOException, InterruptedException {
            // most have nothing to do then
        }

        /** Also after a begin that failed. */
        void end() throws IOException, InterruptedException;
    }

    /**
     * The debt is recorded before the snapshot is made: a process that dies between leaves no orphan. Nothing is recorded
     * while the source stands still, and nothing done then that could be done before (W7).
     */
    static HeldSnapshot take(
            BackupServices services, JobRun job, SnapshotProvider provider, List<Path> paths, Stillness stillness)
            throws IOException, InterruptedException {
        String id = services.names().next("sbg");
        RoomGauge room = provider.room(paths);
        requireRoomFor(services.reserve(), room, paths);
        Obligation discard = job.owe(RELEASE_SNAPSHOT, SnapshotFacts.intent(id, provider.name(), paths));
        Snapshot snapshot;
        try (PreparedSnapshot prepared = provider.prepare(id, paths)) {
            inStillness(stillness, prepared);
            snapshot = prepared.finish();
        } catch (IOException e) {
            if (e.getSuppressed().length == 0) {
                job.settle(discard);
            } else {
                discard(job, provider, id, paths, discard, e);
            }
            throw e;
        } catch (RuntimeException | InterruptedException e) {
            discard(job, provider, id, paths, discard, e);
            throw e;
        }
        Obligation release = job.owe(RELEASE_SNAPSHOT, SnapshotFacts.of(snapshot));
        job.settle(discard);
        return new HeldSnapshot(job, provider, snapshot, services.reserve(), room, release);
    }

    /** @throws BackupException {@link io.saddlebag.snapshot.SnapshotFault#NO_ROOM} when its source may need what there is */
    static void requireRoomFor(SnapshotReserve reserve, RoomGauge room, List<Path> paths) throws IOException {
        reserve.require("no snapshot of " + paths + " was taken", room.look());
    }

    private static void inStillness(Stillness stillness, PreparedSnapshot prepared)
            throws IOException, InterruptedException {
        try {
            stillness.begin();
            prepared.take();
            stillness.taken();
        } catch (IOException | RuntimeException | InterruptedException e) {
            endAfter(stillness, e);
            throw e;
        }
        stillness.end();
    }

    /**
     * The view that another job left for the repeat of its backup (D6); it is this job's from now on.
     *
     * @param left debts to release that one view
     */
    static HeldSnapshot takeOver(BackupServices services, JobRun job, List<Obligation> left) throws IOException {
        Map<String, String> facts = left.get(0).facts();
        SnapshotProvider provider = provider(services.providers(), facts);
        Snapshot snapshot = SnapshotFacts.snapshot(facts);
        Obligation owed = job.owe(RELEASE_SNAPSHOT, facts);
        for (Obligation settled : left) {
            job.settle(settled);
        }
        List<Path> sources = new ArrayList<>();
        for (Snapshot.View view : snapshot.views()) {
            if (services.files().exists(view.source())) {
                sources.add(view.source());
            }
        }
        HeldSnapshot held = new HeldSnapshot(job, provider, snapshot, services.reserve(), provider.room(sources), owed);
        held.kept = true;
        return held;
    }

    /** Whether a debt is to release a view of that id that was kept for going on. */
    static boolean isKept(Obligation obligation, String id) {
        return obligation.kind().equals(RELEASE_SNAPSHOT)
                && obligation.facts().containsKey(ImageWriting.BACKUP)
                && SnapshotFacts.id(obligation.facts()).equals(id);
    }

    /** @throws BackupException when this process hasn't got the provider that made it */
    static SnapshotProvider provider(Map<String, SnapshotProvider> providers, Map<String, String> facts)
            throws BackupException {
        SnapshotProvider provider = providers.get(SnapshotFacts.provider(facts));
        if (provider == null) {
            throw new BackupException(
                    BackupFault.UNKNOWN_NAME,
                    "there is no snapshot provider " + SnapshotFacts.provider(facts) + " in this process",
                    "Start the node on the machine that took the snapshot.");
        }
        return provider;
    }

    /** Removes what a debt says, made or only intended. */
    static void release(Map<String, SnapshotProvider> providers, Map<String, String> facts) throws IOException {
        SnapshotProvider provider = provider(providers, facts);
        if (SnapshotFacts.isMade(facts)) {
            provider.release(SnapshotFacts.snapshot(facts));
        } else {
            provider.discard(SnapshotFacts.id(facts), SnapshotFacts.sources(facts));
        }
    }

    private static void endAfter(Stillness stillness, Exception first) {
        try {
            stillness.end();
        } catch (IOException | RuntimeException e) {
            first.addSuppressed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Nobody knows what such a failure left; what can't be removed now stays owed. */
    private static void discard(
            JobRun job, SnapshotProvider provider, String id, List<Path> paths, Obligation owed, Exception first) {
        try {
            provider.discard(id, paths);
            job.settle(owed);
        } catch (IOException | RuntimeException e) {
            first.addSuppressed(e);
        }
    }

    Fingerprints.Views views() {
        return provider.keepsInodes(snapshot) ? Fingerprints.Views.ARE_THE_FILES : Fingerprints.Views.ARE_COPIES;
    }

    SnapshotProvider provider() {
        return provider;
    }

    Snapshot snapshot() {
        return snapshot;
    }

    void sourceRunsAgain() {
        sourceRunsAgain = true;
    }

    void requireStill() throws BackupException {
        if (sourceRunsAgain && !snapshot.independent()) {
            throw new BackupException(
                    BackupFault.SOURCE_RUNS,
                    "provider " + snapshot.provider()
                            + " gives no view apart from the source, and the source runs again",
                    "Write the image before the database is started, or use a provider that takes real snapshots"
                            + " (btrfs, reflink, freeze).");
        }
    }

    /** @throws BackupException when the view was lost while it was read: then an image of it is none */
    void requireIntact() throws IOException {
        provider.requireIntact(snapshot);
    }

    /** @throws BackupException {@link io.saddlebag.snapshot.SnapshotFault#NO_ROOM} when its source may need what it takes */
    void requireRoom() throws IOException {
        reserve.require("snapshot " + snapshot.id() + " is given up", room.look());
    }

    boolean outlivesProcess() {
        return provider.outlivesProcess(snapshot);
    }

    /**
     * Before the first checkpoint of an image of it: whoever finds the debt lets the view be for as long as that backup can be gone on
     * with. Until there is a checkpoint it can't.
     */
    void keepFor(BackupId backup) throws IOException {
        if (kept || !outlivesProcess()) {
            return;
        }
        Map<String, String> facts = new LinkedHashMap<>(SnapshotFacts.of(snapshot));
        facts.put(ImageWriting.BACKUP, backup.toString());
        Obligation release = job.owe(RELEASE_SNAPSHOT, facts);
        job.settle(obligation);
        obligation = release;
        kept = true;
    }

    /** Whether another job goes on from it, or whoever finds its debt releases it. */
    boolean isLeft() {
        return left;
    }

    /** To the repeat of its backup, with its debt. */
    void leave() {
        left = kept;
        if (left) {
            job.output("snapshot " + snapshot.id() + " of " + snapshot.at() + " is kept for that");
        }
    }

    /** An image of it is durable, which is told to those who took part when it is released. */
    void imageIsDurable(Backup backup) {
        durable.add(backup);
    }

    /** Once. What took part in it learns that the image is durable, if one is; a failure of that ends the job as failed. */
    void confirm(Catalog catalog) throws IOException {
        if (durable.isEmpty()) {
            return;
        }
        List<Backup> images = List.copyOf(durable);
        durable.clear();
        try {
            List<CoveredComponent> covered = provider.confirm(snapshot);
            if (!covered.isEmpty()) {
                job.figure(
                        "covered-components",
                        covered.stream()
                                .map(each -> each.name() + (each.kind().isEmpty() ? "" : " (" + each.kind() + ")"))
                                .collect(Collectors.joining(", ")));
                for (Backup image : images) {
                    record(catalog, image, covered);
                }
            }
        } catch (BackupException e) {
            job.defer(e);
        }
    }

    /** Known only now, after the image and its own word of what it is (W9). */
    private void record(Catalog catalog, Backup image, List<CoveredComponent> covered) throws IOException {
        Optional<OutcomeClass> before = OutcomeClass.of(image.about().facts());
        Optional<OutcomeClass> now =
                OutcomeClass.confirmed(before, covered, image.about().facts().get(OutcomeClass.INSTANCE));
        if (now.isPresent() && !now.equals(before)) {
            catalog.addFacts(image.id(), Map.of(OutcomeClass.FACT, now.get().name()));
            job.figure(OutcomeClass.FACT, now.get().name());
            job.transcript()
                    .line("backup " + image.id() + " is " + now.get().display() + ", by the word of "
                            + covered.get(0).writer());
        }
    }

    void release() throws IOException {
        provider.release(snapshot);
        job.settle(obligation);
    }

    void releaseAfter(Throwable first) {
        try {
            release();
        } catch (IOException e) {
            first.addSuppressed(e);
        }
    }
}
