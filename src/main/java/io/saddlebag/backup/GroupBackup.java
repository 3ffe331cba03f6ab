package io.saddlebag.backup;

import io.saddlebag.catalog.Backup;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.fault.BackupException;
import io.saddlebag.group.ConsistencyGroup;
import io.saddlebag.group.GroupFault;
import io.saddlebag.group.RecoveryPoint;
import io.saddlebag.job.Job;
import io.saddlebag.job.Overlap;
import io.saddlebag.snapshot.Snapshot;
import io.saddlebag.snapshot.SnapshotProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Several databases and file trees at one recovery point (W23): the databases are stopped in the group's order, one snapshot is
 * taken of everything, they are started in the reverse order, and each member becomes an image of its own. From the last stop to
 * the first start nothing is written to any of them, so what is in a later one's copy is never newer than what is in an earlier one's.
 */
public final class GroupBackup {
    private final Backups backups;

    public GroupBackup(Backups backups) {
        this.backups = backups;
    }

    /** @return the ended job; its state says what came of it. Empty when it was skipped because its task runs (W18) */
    public Optional<Job> run(Order order) throws IOException, InterruptedException {
        String name = order.group().name();
        Optional<BackupRun> begun =
                backups.begin("backup group " + name, order.user(), order.overlap(), Map.of("name", name));
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
            // whatever it is, the databases come back
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

    private void phases(BackupRun run, Order order) throws IOException, InterruptedException {
        Map<String, List<Path>> before = paths(order);
        // while they run: what can't be done costs no downtime
        requireApart(before);
        List<Path> places = places(order);
        SnapshotProvider provider = order.snapshots().forPaths(places);
        run.requireRoom(provider, places);
        for (Quiesced each : order.databases()) {
            run.stop(each.database(), each.stop());
        }
        Map<String, List<Path>> parts = paths(order);
        if (!parts.equals(before)) {
            requireApart(parts);
            provider = order.snapshots().forPaths(all(parts));
        }
        Snapshot snapshot = run.snapshot(provider, all(parts));
        if (snapshot.independent()) {
            release(run, order);
        }
        RecoveryPoint point = new RecoveryPoint(
                order.group().name(), run.newPoint(), order.group().members());
        run.job().figure("group-id", point.id());
        for (Map.Entry<String, List<Path>> part : parts.entrySet()) {
            Backup backup = run.store(
                    run.source(
                            part.getKey(),
                            order.source(),
                            new BackupRun.GroupPart(point, part.getKey(), part.getValue())),
                    order.target());
            run.job().transcript().line("backup " + backup.id() + " of " + part.getKey() + " is complete");
        }
        run.job().transcript().line("recovery point " + point.id() + " of group " + point.group() + " is whole");
        if (!snapshot.independent()) {
            release(run, order);
        }
        run.release();
    }

    private static void release(BackupRun run, Order order) throws IOException, InterruptedException {
        for (int i = order.databases().size() - 1; i >= 0; i--) {
            run.start(order.databases().get(i).database());
        }
    }

    private static Map<String, List<Path>> paths(Order order) throws IOException, InterruptedException {
        Map<String, List<Path>> parts = new LinkedHashMap<>();
        for (Quiesced each : order.databases()) {
            parts.put(
                    each.database().name(),
                    each.database().components().stream()
                            .map(DatabaseComponent::path)
                            .toList());
        }
        parts.putAll(order.group().files());
        return parts;
    }

    private static List<Path> places(Order order) throws IOException, InterruptedException {
        List<Path> places = new ArrayList<>();
        for (Quiesced each : order.databases()) {
            places.addAll(each.database().places());
        }
        order.group().files().values().forEach(places::addAll);
        return places;
    }

    private static List<Path> all(Map<String, List<Path>> parts) {
        List<Path> all = new ArrayList<>();
        parts.values().forEach(all::addAll);
        return all;
    }

    /** What two members had would be restored twice. */
    private static void requireApart(Map<String, List<Path>> parts) throws BackupException {
        for (Map.Entry<String, List<Path>> one : parts.entrySet()) {
            for (Map.Entry<String, List<Path>> other : parts.entrySet()) {
                for (Path path : one.getValue()) {
                    if (!one.getKey().equals(other.getKey())
                            && other.getValue().stream().anyMatch(path::startsWith)) {
                        throw new BackupException(
                                GroupFault.SHARED_PATHS,
                                path + " of member " + one.getKey() + " is in member " + other.getKey() + ", too",
                                "Give each member of a group paths of its own.");
                    }
                }
            }
        }
    }

    /** A database, and how long things may take with it. */
    public record Quiesced(DatabaseAdapter database, BackupRun.StopOptions stop) {}

    /**
     * What is to be done.
     *
     * @param databases the group's, in its order
     * @param user who asks on demand; null for a schedule
     */
    public record Order(
            ConsistencyGroup group,
            @Nullable String user,
            Overlap overlap,
            List<Quiesced> databases,
            OfflineBackup.ProviderChoice snapshots,
            SourceOptions source,
            ImageTarget target) {
        public Order {
            databases = List.copyOf(databases);
        }
    }
}
