package io.saddlebag.node;

import io.saddlebag.auxiliary.BlockRecoveries;
import io.saddlebag.auxiliary.DatabaseRecoveries;
import io.saddlebag.backup.BackupRun;
import io.saddlebag.backup.Backups;
import io.saddlebag.backup.CatalogImport;
import io.saddlebag.backup.DatasetBackup;
import io.saddlebag.backup.GroupBackup;
import io.saddlebag.backup.ImageCopying;
import io.saddlebag.backup.ImageTarget;
import io.saddlebag.backup.OnlineBackup;
import io.saddlebag.backup.OnlineOptions;
import io.saddlebag.backup.PoolImport;
import io.saddlebag.backup.SourceOptions;
import io.saddlebag.backup.VolumeImaging;
import io.saddlebag.boot.BootTests;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.PooledBackup;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.dataset.Datasets;
import io.saddlebag.fault.BackupException;
import io.saddlebag.group.ConsistencyGroup;
import io.saddlebag.group.GroupFault;
import io.saddlebag.incarnation.IncarnationBook;
import io.saddlebag.job.Jobs;
import io.saddlebag.job.Overlap;
import io.saddlebag.job.Transcripts;
import io.saddlebag.journal.ChainBreaking;
import io.saddlebag.journal.JournalFetch;
import io.saddlebag.journal.JournalListener;
import io.saddlebag.journal.JournalReplay;
import io.saddlebag.journal.Journals;
import io.saddlebag.journal.stream.JournalStreams;
import io.saddlebag.key.KeyRing;
import io.saddlebag.key.PoolRewrapping;
import io.saddlebag.key.Rewrapping;
import io.saddlebag.key.WalletKeeping;
import io.saddlebag.librarian.Librarian;
import io.saddlebag.librarian.PieceTrace;
import io.saddlebag.operator.MediaJobs;
import io.saddlebag.pool.Pool;
import io.saddlebag.pool.PoolPruning;
import io.saddlebag.protection.FileRights;
import io.saddlebag.recoverability.Recoverability;
import io.saddlebag.rehearsal.Rehearsals;
import io.saddlebag.restore.DiskFiles;
import io.saddlebag.restore.Restores;
import io.saddlebag.restore.VolumeRestores;
import io.saddlebag.rollforward.Recoveries;
import io.saddlebag.snapshot.Consistency;
import io.saddlebag.snapshot.SnapshotProvider;
import io.saddlebag.tapeoption.TapeOptions;
import io.saddlebag.volume.VolumeRegister;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a face - Camel components, command line - sees of a running node. Thread-safe. Several nodes in one process don't
 * know of each other.
 *
 * <p>Every look-up by name throws a {@link BackupException} that names what was asked and lists what
 * there is.
 */
public interface Node extends Closeable {
    /** This host's name, as in labels and the catalog. */
    String name();

    /** How long stop and start may take and how long the lease is, as configured for that database (W4, W20). */
    BackupRun.StopOptions stopOptions(String database) throws IOException;

    Jobs jobs();

    Transcripts transcripts();

    Catalog catalog();

    /** Reads volumes into the catalog (C1). */
    CatalogImport imports();

    VolumeRegister volumes();

    Backups backups();

    Restores restores();

    /** What images of disks are made with (D9). */
    VolumeImaging volumeImaging();

    VolumeRestores volumeRestores();

    /** Single files out of images of disks (D9). */
    DiskFiles diskFiles();

    /** The keys of encrypted images (X10). */
    KeyRing keys();

    /** The wallet, and what may go into it and out of it (X10). */
    WalletKeeping walletKeeping();

    /** Gives encrypted files other keys (X10). */
    Rewrapping rewrapping();

    /** Gives images in pools other keys (X10). */
    default PoolRewrapping poolRewrapping() {
        throw new UnsupportedOperationException("node " + name() + " has no pools");
    }

    /**
     * The same as a job of its own.
     *
     * @param names of keys, separated by commas
     * @param user who asks; null for a schedule
     * @return the backup as it is then
     */
    default Backup rewrapInPool(BackupId id, String names, @Nullable String user)
            throws IOException, InterruptedException {
        throw new UnsupportedOperationException("node " + name() + " has no pools");
    }

    /** Boots backed-up disks in QEMU (D9). */
    BootTests bootTests();

    /** The consistency groups by name (W23). */
    Map<String, ConsistencyGroup> groups();

    /**
     * What a backup of that group is to do.
     *
     * @param manner what becomes of its databases, but of those that are always stopped
     * @throws BackupException {@link io.saddlebag.group.GroupFault#UNKNOWN_GROUP}
     */
    default GroupBackup.Order groupOrder(
            String group,
            @Nullable String user,
            Overlap overlap,
            GroupBackup.Manner manner,
            OnlineBackup.ProviderChoice snapshots,
            SourceOptions source,
            ImageTarget target)
            throws IOException {
        ConsistencyGroup found = groups().get(group);
        if (found == null) {
            throw new BackupException(
                    GroupFault.UNKNOWN_GROUP,
                    "there is no group '" + group + "'; there "
                            + (groups().isEmpty() ? "is none" : "are " + String.join(", ", groups().keySet())),
                    "Name one of those, or add it below 'groups' in config/saddlebag.yaml.");
        }
        List<GroupBackup.Quiesced> databases = new ArrayList<>();
        for (String name : found.databases()) {
            boolean runsOn =
                    manner == GroupBackup.Manner.ONLINE && !found.stopped().contains(name);
            databases.add(
                    new GroupBackup.Quiesced(database(name), stopOptions(name), runsOn ? onlineOptions(name) : null));
        }
        return new GroupBackup.Order(found, user, overlap, databases, snapshots, source, target);
    }

    /** Tries backups of databases out (R14). */
    Rehearsals rehearsals();

    /** To which points things can be recovered, and to which not (C11, J23). */
    default Recoverability recoverability() {
        throw new UnsupportedOperationException("node " + name() + " doesn't know what can be recovered");
    }

    Set<String> databases();

    DatabaseAdapter database(String name) throws IOException;

    /** Datasets below {@code config/datasets} (D1). */
    Datasets datasets();

    DatasetBackup datasetBackup();

    Set<String> libraries();

    /** What operators do with libraries, as jobs (S10). */
    MediaJobs mediaJobs();

    /** Operations on a library's cartridges and labels (M13). */
    LibraryDesk library(String name) throws IOException;

    /**
     * Drives and libraries that are attached to this machine, configured or not (M18). Nothing is sent to those that the
     * kernel knows.
     *
     * @param unreachable hears of targets and units that a portal lists and that can't be asked
     * @throws io.saddlebag.fault.BackupException when a portal itself doesn't answer, or doesn't let this host in
     * @throws IllegalArgumentException when what is given is no portal
     */
    List<FoundDevice> attachedDevices(PortalQuery portals, Consumer<BackupException> unreachable) throws IOException;

    /** Those that the kernel knows; nothing is sent to any. */
    default List<FoundDevice> attachedDevices() throws IOException {
        return attachedDevices(PortalQuery.NONE, nobodyWasAsked -> {});
    }

    /**
     * Where images go in that library.
     *
     * @param family null for volumes outside of any family
     * @param options how they are written there
     */
    ImageTarget target(String library, @Nullable String family, TapeOptions options) throws IOException;

    /** Names of the configured disk pools (M24). */
    Set<String> pools();

    /** @throws BackupException when there is none of that name */
    Pool pool(String name) throws IOException;

    /**
     * Where images go in that pool.
     *
     * @param family says when they expire; null for never
     * @param rights to their files; what isn't said is as the pool's configuration says (M29)
     */
    ImageTarget poolTarget(String pool, @Nullable String family, FileRights rights) throws IOException;

    /** What the catalog knows of that pool, removed images too. */
    List<PooledBackup> pooled(String pool) throws IOException;

    /**
     * Lets expired images of that pool go (C13).
     *
     * @param user who asks, and lets go what they may delete (M29); null for a schedule, which may delete all
     */
    PoolPruning pruning(String pool, @Nullable String user) throws IOException;

    /** Makes further copies of images (R5). */
    ImageCopying copying();

    /** Reads images in pools into the catalog (C1). */
    PoolImport poolImports();

    /**
     * The provider of that name, or the best one for these paths when the name is {@code auto} (W11).
     *
     * @throws io.saddlebag.fault.BackupException when it can't do it for these paths, with the reason
     */
    default SnapshotProvider snapshots(String provider, List<Path> paths) throws IOException {
        return snapshots(provider, paths, Consistency.NONE);
    }

    /** @param least what its view of them together has to be worth; unless it is {@code none}, it is per file at least */
    SnapshotProvider snapshots(String provider, List<Path> paths, Consistency least) throws IOException;

    /** The configured sources of journals and their backup (J). */
    default Journals journals() {
        throw new UnsupportedOperationException("node " + name() + " has no journals");
    }

    /** Journals that are received while databases write them (J19). */
    default JournalStreams journalStreams() {
        throw new UnsupportedOperationException("node " + name() + " has no journals");
    }

    /** Gives backup files of journals up (J13). */
    default ChainBreaking chainBreaking(JournalListener listener) {
        throw new UnsupportedOperationException("node " + name() + " has no journals");
    }

    /** Which histories databases had (R9). */
    default IncarnationBook incarnations() {
        throw new UnsupportedOperationException("node " + name() + " knows no incarnations");
    }

    /** Recovers databases by their journals (R7). */
    default Recoveries recoveries() {
        throw new UnsupportedOperationException("node " + name() + " recovers no databases");
    }

    /** Recovers single databases of clusters (R8). */
    default DatabaseRecoveries databaseRecoveries() {
        throw new UnsupportedOperationException("node " + name() + " recovers no databases");
    }

    /** Replaces single damaged blocks of databases (R8). */
    default BlockRecoveries blockRecoveries() {
        throw new UnsupportedOperationException("node " + name() + " recovers no databases");
    }

    /** Brings single journals back for recoveries (J25). */
    default JournalFetch journalFetch() {
        throw new UnsupportedOperationException("node " + name() + " has no journals");
    }

    /** Stores, fetches, lists and removes named pieces (M26). */
    default Librarian librarian() {
        throw new UnsupportedOperationException("node " + name() + " has no librarian");
    }

    /**
     * A trace of what is asked of the librarian, at the end of a file, which is made where it isn't there.
     *
     * @return to be closed
     * @throws IOException when the file can't be written to
     */
    default PieceTrace pieceTrace(Path file, PieceTrace.Level level) throws IOException {
        throw new UnsupportedOperationException("node " + name() + " has no librarian");
    }

    /** Applies journals to restored files (J20). */
    default JournalReplay journalReplay() {
        throw new UnsupportedOperationException("node " + name() + " has no journals");
    }

    /** How long the phases of an online backup may take, as configured for that database (W7, W20). */
    default OnlineOptions onlineOptions(String database) throws IOException {
        return OnlineOptions.DEFAULT;
    }
}
