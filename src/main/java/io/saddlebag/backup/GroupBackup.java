package io.saddlebag.backup;

import io.saddlebag.catalog.Backup;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.DatabaseWriter;
import io.saddlebag.database.SharedInstant;
import io.saddlebag.fault.BackupException;
import io.saddlebag.group.ConsistencyGroup;
import io.saddlebag.group.GroupFault;
import io.saddlebag.group.RecoveryPoint;
import io.saddlebag.job.Job;
import io.saddlebag.job.Overlap;
import io.saddlebag.snapshot.Consistency;
import io.saddlebag.snapshot.Snapshot;
import io.saddlebag.snapshot.SnapshotProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Several databases and file trees at one recovery point (W23). Each member becomes an image of its own, and the snapshot set that they
 * are of is taken while nothing is written to any of the databases, so that they are of one instant:
 * <ul>
 *   <li>those that are stopped are stopped in the group's order, and started in the reverse;
 *   <li>those that run on are put in backup mode before, frozen in the group's order, thawed in the reverse, and leave backup mode.
 *       One whose copy is of the end of its backup mode leaves that before the others are thawed. One alone is backed up as by
 *       {@link OnlineBackup}.
 * </ul>
 * One that can't be frozen fails the backup of all, and all are thawed.
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

    private static void phases(BackupRun run, Order order) throws IOException, InterruptedException {
        Map<String, List<Path>> before = paths(run, order);
        // while they run: what can't be done costs no downtime, and no backup mode
        requireApart(before);
        requireCommonInstant(order);
        SnapshotProvider provider = provider(order, places(order));
        run.requireRoom(provider, places(order));
        if (order.isShared()) {
            run.shareRecoveryPoint();
        }
        quiesce(run, order);
        Map<String, List<Path>> parts = paths(run, order);
        if (!parts.equals(before)) {
            requireApart(parts);
            provider = provider(order, all(parts));
        }
        Snapshot snapshot = run.snapshot(provider, all(parts));
        if (snapshot.independent()) {
            release(run, order);
        }
        for (Quiesced each : newestFirst(order)) {
            if (each.online() != null) {
                run.endBackup(each.database());
            }
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

    /** Those in backup mode run on, so that only the stops, which come last, cost downtime; freezes come with the snapshot. */
    private static void quiesce(BackupRun run, Order order) throws IOException, InterruptedException {
        for (Quiesced each : order.databases()) {
            OnlineOptions online = each.online();
            if (online != null) {
                run.beginBackup(each.database(), online);
                // the next one's begin may take its time
                run.renewLeases();
            }
        }
        for (Quiesced each : order.databases()) {
            if (each.online() == null) {
                run.stop(each.database(), each.stop());
            }
        }
    }

    private static void release(BackupRun run, Order order) throws IOException, InterruptedException {
        for (Quiesced each : newestFirst(order)) {
            if (each.online() == null) {
                run.start(each.database());
            }
        }
    }

    private static List<Quiesced> newestFirst(Order order) {
        List<Quiesced> all = new ArrayList<>(order.databases());
        Collections.reverse(all);
        return all;
    }

    /** Of two databases that hold no writes each copy would be of another instant. */
    private static void requireCommonInstant(Order order) throws IOException {
        if (!order.isShared()) {
            return;
        }
        List<String> own = new ArrayList<>();
        for (Quiesced each : order.databases()) {
            SharedInstant instant =
                    each.online() == null ? SharedInstant.HELD : each.writer().sharedInstant();
            if (instant == SharedInstant.NONE) {
                throw noCommonInstant(
                        order,
                        "a copy of " + each.database().name() + " of engine "
                                + each.database().engine() + " is of the begin of its backup mode");
            }
            if (!instant.isHeld()) {
                own.add(each.database().name());
            }
        }
        if (own.size() > 1) {
            throw noCommonInstant(
                    order,
                    "nothing holds the writes to " + String.join(" and ", own)
                            + ", and a copy of each is of an instant of its own");
        }
    }

    private static BackupException noCommonInstant(Order order, String why) {
        return new BackupException(
                GroupFault.NO_COMMON_INSTANT,
                "group " + order.group().name() + " would have no common instant: " + why,
                "Name it (of several, all but one) in option 'stopped' of the group, or leave 'online' out.");
    }

    /** @return one that is good enough for each database by itself */
    private static SnapshotProvider provider(Order order, List<Path> paths) throws IOException, InterruptedException {
        SnapshotProvider provider =
                order.snapshots().forPaths(paths, order.isShared() ? Consistency.PER_FILE : Consistency.NONE);
        for (Quiesced each : order.databases()) {
            if (each.online() != null && each.writer().needed() != Consistency.NONE) {
                BackupRun.requireEnough(
                        provider,
                        paths(each.writer().components()),
                        each.writer().needed(),
                        " in backup mode");
            }
        }
        return provider;
    }

    private static Map<String, List<Path>> paths(BackupRun run, Order order) throws IOException, InterruptedException {
        Map<String, List<Path>> parts = new LinkedHashMap<>();
        for (Quiesced each : order.databases()) {
            parts.put(
                    each.database().name(),
                    paths(
                            each.online() == null
                                    ? run.components(each.database())
                                    : each.writer().components()));
        }
        parts.putAll(order.group().files());
        return parts;
    }

    private static List<Path> paths(List<DatabaseComponent> components) {
        return components.stream().map(DatabaseComponent::path).toList();
    }

    private static List<Path> places(Order order) throws IOException, InterruptedException {
        List<Path> places = new ArrayList<>();
        for (Quiesced each : order.databases()) {
            places.addAll(
                    each.online() == null
                            ? each.database().places()
                            : paths(each.writer().components()));
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

    /** What becomes of the databases. */
    public enum Manner {
        /** They are stopped for the snapshot. */
        STOPPED,
        /** They run on, and are frozen for it, but those that the group says are always stopped. */
        ONLINE
    }

    /**
     * A database, and how long things may take with it.
     *
     * @param online null when it is stopped
     */
    public record Quiesced(
            DatabaseAdapter database,
            BackupRun.StopOptions stop,
            @Nullable OnlineOptions online) {
        private DatabaseWriter writer() throws BackupException {
            return database.writer()
                    .orElseThrow(() -> new BackupException(
                            DatabaseFault.NO_ONLINE_BACKUP,
                            "database " + database.name() + " of engine " + database.engine()
                                    + " can't be backed up while it runs",
                            "Name it in option 'stopped' of the group, or leave 'online' out."));
        }
    }

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
            OnlineBackup.ProviderChoice snapshots,
            SourceOptions source,
            ImageTarget target) {
        public Order {
            databases = List.copyOf(databases);
        }

        /** Whether an instant has to be found that is the same for several databases, some of which run on. */
        private boolean isShared() {
            return databases.size() > 1 && databases.stream().anyMatch(each -> each.online() != null);
        }
    }
}
