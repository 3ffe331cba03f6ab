package io.saddlebag.backup;

import io.saddlebag.catalog.Backup;
import io.saddlebag.disk.DiskStatus;
import io.saddlebag.disk.Disks;
import io.saddlebag.fault.BackupException;
import io.saddlebag.job.Job;
import io.saddlebag.job.Overlap;
import io.saddlebag.posix.DeviceUse;
import io.saddlebag.snapshot.SnapshotFault;
import io.saddlebag.snapshot.SnapshotProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The whole backup of disks (D9): snapshot - image - release. A disk that is mounted for writing is frozen for its snapshot; one
 * that stands still is read as it is, and held so.
 */
public final class VolumeBackup {
    /** Lets the disk's state decide. */
    public static final String AUTO = "auto";

    private static final String NONE = "none";
    private static final String FREEZE = "freeze";

    private final Backups backups;

    public VolumeBackup(Backups backups) {
        this.backups = backups;
    }

    /** @return the ended job; its state says what came of it. Empty when it was skipped because its task runs (W18) */
    public Optional<Job> run(Order order) throws IOException, InterruptedException {
        Optional<BackupRun> begun =
                backups.begin("image " + order.name(), order.user(), order.overlap(), Map.of("name", order.name()));
        if (begun.isEmpty()) {
            return Optional.empty();
        }
        BackupRun run = begun.get();
        @Nullable Throwable failure = null;
        try {
            phases(run, order);
        } catch (IOException | InterruptedException | RuntimeException e) {
            failure = e;
        }
        return Optional.of(run.end(failure));
    }

    private static void phases(BackupRun run, Order order) throws IOException, InterruptedException {
        requireReadable(run, order);
        List<Path> views = new ArrayList<>();
        boolean live = false;
        for (Path source : order.sources()) {
            Optional<Path> mounted = liveMount(order.imaging().disks(), source);
            live |= mounted.isPresent();
            views.add(mounted.orElse(source));
        }
        run.snapshot(provider(order, views, live), views);
        Backup backup = run.store(run.volumes(order.name(), order.imaging(), order.options()), order.target());
        run.job().transcript().line("backup " + backup.id() + " of " + order.name() + " is complete");
        run.release();
    }

    /** As whoever asks, before anything is frozen (D5). */
    private static void requireReadable(BackupRun run, Order order) throws IOException {
        Disks disks = run.imaging(order.imaging()).disks();
        for (Path source : order.sources()) {
            if (disks != order.imaging().disks()) {
                disks.openRead(disks.diskOf(source)).close();
            }
        }
    }

    /** Where a disk is mounted that may be written meanwhile; empty for one that stands still. */
    private static Optional<Path> liveMount(Disks disks, Path source) throws IOException {
        DiskStatus status = disks.status(disks.diskOf(source));
        return status.uses().stream()
                .filter(use -> use.kind() == DeviceUse.Kind.MOUNTED)
                .map(use -> Path.of(use.where()))
                .findFirst();
    }

    private static SnapshotProvider provider(Order order, List<Path> views, boolean live) throws IOException {
        if (!order.provider().equals(AUTO)) {
            return order.snapshots().of(order.provider(), views);
        }
        if (live) {
            return order.snapshots().of(FREEZE, views);
        }
        boolean files = true;
        for (Path view : views) {
            files &= order.imaging()
                            .disks()
                            .status(order.imaging().disks().diskOf(view))
                            .kind()
                    == DiskStatus.Kind.FILE;
        }
        try {
            // a clone costs nothing, and a file may be written by somebody who isn't seen
            return order.snapshots().of(files ? AUTO : NONE, views);
        } catch (BackupException e) {
            if (!e.is(SnapshotFault.UNSUITABLE) && !e.is(SnapshotFault.TOO_WEAK)) {
                throw e;
            }
            return order.snapshots().of(NONE, views);
        }
    }

    /** Finds a snapshot provider. */
    public interface ProviderByName {
        /** @throws BackupException when it can't be used for these paths */
        SnapshotProvider of(String provider, List<Path> paths) throws IOException;
    }

    /**
     * What is to be done.
     *
     * @param name under which the backup is found
     * @param user who asks on demand; null for a schedule
     * @param sources devices, files, or mount points
     * @param provider of snapshots, or {@link #AUTO}
     */
    public record Order(
            String name,
            @Nullable String user,
            Overlap overlap,
            List<Path> sources,
            String provider,
            ProviderByName snapshots,
            VolumeImaging imaging,
            VolumeOptions options,
            ImageTarget target) {
        public Order {
            sources = List.copyOf(sources);
            if (sources.isEmpty()) {
                throw new IllegalArgumentException("an image is of at least one disk");
            }
        }
    }
}
