package io.saddlebag.backup;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.database.OutcomeClass;
import io.saddlebag.fault.BackupException;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.Obligation;
import io.saddlebag.snapshot.CoveredComponent;
import io.saddlebag.snapshot.Snapshot;
import io.saddlebag.snapshot.SnapshotProvider;
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
    private final Obligation obligation;
    private boolean sourceRunsAgain;
    private final Catalog catalog;
    private final List<Backup> durable = new ArrayList<>();

    private HeldSnapshot(
            Catalog catalog, JobRun job, SnapshotProvider provider, Snapshot snapshot, Obligation obligation) {
        this.catalog = catalog;
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

        /** Also after a begin that failed. */
        void end() throws IOException, InterruptedException;
    }

    /**
     * The debt is recorded before the snapshot is made: a process that dies between leaves no orphan. Nothing is recorded
     * while the source stands still.
     */
    static HeldSnapshot take(
            BackupServices services, JobRun job, SnapshotProvider provider, List<Path> paths, Stillness stillness)
            throws IOException, InterruptedException {
        String id = services.names().next("sbg");
        Map<String, String> intent = new LinkedHashMap<>();
        intent.put("id", id);
        intent.put("provider", provider.name());
        for (int i = 0; i < paths.size(); i++) {
            intent.put("source." + i, paths.get(i).toString());
        }
        Obligation discard = job.owe(RELEASE_SNAPSHOT, intent);
        Snapshot snapshot;
        try {
            stillness.begin();
            snapshot = provider.create(id, paths);
        } catch (IOException e) {
            endAfter(stillness, e);
            job.settle(discard);
            throw e;
        } catch (RuntimeException | InterruptedException e) {
            endAfter(stillness, e);
            discard(job, provider, id, paths, discard, e);
            throw e;
        }
        try {
            stillness.end();
        } catch (IOException | RuntimeException | InterruptedException e) {
            discard(job, provider, id, paths, discard, e);
            throw e;
        }
        Obligation release = job.owe(RELEASE_SNAPSHOT, BackupRun.facts(snapshot));
        job.settle(discard);
        return new HeldSnapshot(services.catalog(), job, provider, snapshot, release);
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
        return provider.keepsInodes() ? Fingerprints.Views.ARE_THE_FILES : Fingerprints.Views.ARE_COPIES;
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

    /** An image of it is durable, which is told to those who took part when it is released. */
    void imageIsDurable(Backup backup) {
        durable.add(backup);
    }

    /** Once. What took part in it learns that the image is durable, if one is; a failure of that ends the job as failed. */
    void confirm() throws IOException {
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
                    record(image, covered);
                }
            }
        } catch (BackupException e) {
            job.defer(e);
        }
    }

    /** Known only now, after the image and its own word of what it is (W9). */
    private void record(Backup image, List<CoveredComponent> covered) throws IOException {
        Optional<OutcomeClass> before = OutcomeClass.of(image.about().facts());
        Optional<OutcomeClass> now = OutcomeClass.confirmed(before, covered);
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
