package io.saddlebag.backup;

import io.saddlebag.catalog.Backup;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.job.Job;
import io.saddlebag.job.Overlap;
import io.saddlebag.snapshot.Snapshot;
import io.saddlebag.snapshot.SnapshotProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The whole offline backup (W1): stop - snapshot - start - image - release. With a provider whose view isn't independent
 * of the source the database is started after the image instead, and stays down for as long as that takes.
 */
public final class OfflineBackup {
    private final Backups backups;

    public OfflineBackup(Backups backups) {
        this.backups = backups;
    }

    /** @return the ended job; its state says what came of it. Empty when it was skipped because its task runs (W18) */
    public Optional<Job> run(Order order) throws IOException, InterruptedException {
        Optional<BackupRun> begun =
                backups.begin("backup " + order.name(), order.user(), order.overlap(), Map.of("name", order.name()));
        if (begun.isEmpty()) {
            return Optional.empty();
        }
        BackupRun run = begun.get();
        @Nullable Throwable failure = null;
        try {
            phases(run, order);
        } catch (IOException | InterruptedException | RuntimeException e) {
            failure = e;
        } catch (Error e) {
            // whatever it is, the database comes back
            endAfter(run, e);
            throw e;
        }
        return Optional.of(run.end(failure));
    }

    private static void endAfter(BackupRun run, Error failure) {
        try {
            run.end(failure);
        } catch (IOException | RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private static void phases(BackupRun run, Order order) throws IOException, InterruptedException {
        List<Path> before = paths(order.database());
        List<Path> places = order.database().places();
        // while it runs: what can't be done costs no downtime
        SnapshotProvider provider = order.snapshots().forPaths(places);
        run.requireRoom(provider, places);
        run.stop(order.database(), order.stop());
        List<Path> paths = paths(order.database());
        if (!paths.equals(before)) {
            provider = order.snapshots().forPaths(paths);
        }
        Snapshot snapshot = run.snapshot(provider, paths);
        if (snapshot.independent()) {
            run.start(order.database());
        }
        Backup backup = run.store(run.source(order.name(), order.source()), order.target());
        if (!snapshot.independent()) {
            run.start(order.database());
        }
        run.job().transcript().line("backup " + backup.id() + " of " + order.name() + " is complete");
        run.release();
    }

    private static List<Path> paths(DatabaseAdapter database) throws IOException, InterruptedException {
        return database.components().stream().map(DatabaseComponent::path).toList();
    }

    /** Picks the snapshot provider once the paths are known; asked before the database is stopped. */
    public interface ProviderChoice {
        SnapshotProvider forPaths(List<Path> paths) throws IOException;
    }

    /**
     * What is to be done.
     *
     * @param name under which the backup is found
     * @param user who asks on demand; null for a schedule
     */
    public record Order(
            String name,
            @Nullable String user,
            Overlap overlap,
            DatabaseAdapter database,
            BackupRun.StopOptions stop,
            ProviderChoice snapshots,
            SourceOptions source,
            ImageTarget target) {}
}
