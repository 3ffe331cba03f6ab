package io.saddlebag.backup;

import io.saddlebag.catalog.Catalog;
import io.saddlebag.checkpoint.Checkpoints;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.UniqueNames;
import io.saddlebag.host.Waiter;
import io.saddlebag.job.JobName;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.Jobs;
import io.saddlebag.lease.Watchdog;
import io.saddlebag.snapshot.SnapshotProvider;
import io.saddlebag.snapshot.SnapshotReserve;
import io.saddlebag.tapeoption.Prompt;
import io.saddlebag.volume.OperatorDesk;
import io.saddlebag.volume.VolumeRegister;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;

/**
 * What backups work with.
 *
 * @param workers hashes, compresses and reads ahead; not owned
 * @param host this node's name, as in labels and the catalog
 * @param owner the user in labels
 * @param stored reads what earlier backups hold
 * @param imports reads images into the catalog that were found on a volume
 * @param volumes tells when backups expire
 * @param checkpoints what interrupted backups go on from (D6)
 * @param providers of snapshots, by name: whatever may have made one that is kept for going on
 * @param histories say of which incarnation a database's backup is
 * @param reserve what snapshots leave to their sources
 * @param running the backups of this process that are in progress
 */
public record BackupServices(
        Jobs jobs,
        Catalog catalog,
        Watchdog watchdog,
        HostFiles files,
        ExecutorService workers,
        Clock clock,
        Waiter waiter,
        UniqueNames names,
        String host,
        String owner,
        OperatorDesks operator,
        StoredFiles stored,
        CrashRecovery.DebtCollector imports,
        VolumeRegister volumes,
        Checkpoints checkpoints,
        Map<String, SnapshotProvider> providers,
        Histories histories,
        SnapshotReserve reserve,
        ConcurrentMap<JobName, BackupRun> running) {
    /** What is known of a database's past that a backup of it has to say, whatever becomes of the catalog (R9). */
    @FunctionalInterface
    public interface Histories {
        /** Nothing is known of any. */
        Histories NONE = database -> Map.of();

        /**
         * Asked while nobody can put another state in the database's place.
         *
         * @return facts for the catalog and the image
         */
        Map<String, String> of(String database) throws IOException;
    }

    /** Who a job asks for volumes (M5, M15). */
    public interface OperatorDesks {
        OperatorDesk of(JobRun job, String library, Prompt prompt) throws IOException;
    }
}
