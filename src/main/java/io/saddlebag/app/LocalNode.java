package io.saddlebag.app;

import io.saddlebag.app.config.ConfigFault;
import io.saddlebag.app.config.ConfigFile;
import io.saddlebag.app.config.DevicesConfig;
import io.saddlebag.app.config.DevicesFile;
import io.saddlebag.auxiliary.BlockRecoveries;
import io.saddlebag.auxiliary.DatabaseRecoveries;
import io.saddlebag.backup.BackupRun;
import io.saddlebag.backup.BackupServices;
import io.saddlebag.backup.Backups;
import io.saddlebag.backup.CatalogImport;
import io.saddlebag.backup.CrashRecovery;
import io.saddlebag.backup.DatasetBackup;
import io.saddlebag.backup.ImageCopying;
import io.saddlebag.backup.ImageLineage;
import io.saddlebag.backup.ImageTarget;
import io.saddlebag.backup.OnlineOptions;
import io.saddlebag.backup.PoolImport;
import io.saddlebag.backup.TapeTarget;
import io.saddlebag.backup.VolumeImaging;
import io.saddlebag.boot.BootTests;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.ImageCopies;
import io.saddlebag.catalog.PooledBackup;
import io.saddlebag.catalog.jdbc.JdbcCatalog;
import io.saddlebag.catalog.jdbc.JdbcCleaningLog;
import io.saddlebag.catalog.jdbc.JdbcImageCopies;
import io.saddlebag.catalog.jdbc.JdbcIncarnationLog;
import io.saddlebag.catalog.jdbc.JdbcPoolRegister;
import io.saddlebag.catalog.jdbc.JdbcVolumeRegister;
import io.saddlebag.checkpoint.Checkpoints;
import io.saddlebag.database.BackedUpJournals;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.dataset.Datasets;
import io.saddlebag.disk.Disks;
import io.saddlebag.disk.local.LocalDisks;
import io.saddlebag.diskimage.HashStore;
import io.saddlebag.fault.BackupException;
import io.saddlebag.group.ConsistencyGroup;
import io.saddlebag.host.Accounts;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.MountTable;
import io.saddlebag.host.Waiter;
import io.saddlebag.host.local.LocalAccounts;
import io.saddlebag.host.local.LocalFiles;
import io.saddlebag.host.local.LocalInPlaceFiles;
import io.saddlebag.host.local.LocalProcesses;
import io.saddlebag.host.local.LockedInstances;
import io.saddlebag.host.local.RandomNames;
import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.incarnation.IncarnationBook;
import io.saddlebag.incarnation.IncarnationFacts;
import io.saddlebag.job.JobLog;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.Jobs;
import io.saddlebag.job.Transcripts;
import io.saddlebag.job.file.FileTranscripts;
import io.saddlebag.job.jdbc.JdbcJobLog;
import io.saddlebag.journal.ChainBreaking;
import io.saddlebag.journal.ChainKeeping;
import io.saddlebag.journal.JournalFetch;
import io.saddlebag.journal.JournalListener;
import io.saddlebag.journal.JournalNaming;
import io.saddlebag.journal.JournalReplay;
import io.saddlebag.journal.JournalServices;
import io.saddlebag.journal.Journals;
import io.saddlebag.journal.PieceReading;
import io.saddlebag.journal.ReconciledChain;
import io.saddlebag.journal.jdbc.JdbcJournalChain;
import io.saddlebag.journal.stream.JournalStreams;
import io.saddlebag.keeping.KeptVolumes;
import io.saddlebag.key.KeyNeeds;
import io.saddlebag.key.KeyRing;
import io.saddlebag.key.PoolRewrapping;
import io.saddlebag.key.Rewrapping;
import io.saddlebag.key.WalletKeeping;
import io.saddlebag.lease.LeaseRecord;
import io.saddlebag.lease.Watchdog;
import io.saddlebag.lease.watchdog.Leases;
import io.saddlebag.lease.watchdog.ProcessWatchdog;
import io.saddlebag.librarian.Librarian;
import io.saddlebag.librarian.PieceKeeping;
import io.saddlebag.librarian.PieceTrace;
import io.saddlebag.library.Barcode;
import io.saddlebag.library.Library;
import io.saddlebag.library.Shelf;
import io.saddlebag.media.PoolFile;
import io.saddlebag.media.Volume;
import io.saddlebag.media.VolumeId;
import io.saddlebag.node.FoundDevice;
import io.saddlebag.node.LibraryDesk;
import io.saddlebag.node.Node;
import io.saddlebag.node.PortalQuery;
import io.saddlebag.operator.Carrier;
import io.saddlebag.operator.Client;
import io.saddlebag.operator.MediaJobs;
import io.saddlebag.operator.OperatorDesks;
import io.saddlebag.pool.Pool;
import io.saddlebag.pool.PoolPruning;
import io.saddlebag.posix.Posix;
import io.saddlebag.posix.linux.LinuxPosix;
import io.saddlebag.protection.FileRights;
import io.saddlebag.protection.Requester;
import io.saddlebag.protection.Requesters;
import io.saddlebag.recoverability.Recoverability;
import io.saddlebag.rehearsal.Rehearsals;
import io.saddlebag.restore.DiskFiles;
import io.saddlebag.restore.ImageFiles;
import io.saddlebag.restore.ImageOrigin;
import io.saddlebag.restore.Leftovers;
import io.saddlebag.restore.PoolOrigin;
import io.saddlebag.restore.RenewedElsewhere;
import io.saddlebag.restore.RestoreJobs;
import io.saddlebag.restore.RestoreServices;
import io.saddlebag.restore.Restores;
import io.saddlebag.restore.VolumeRestores;
import io.saddlebag.rollforward.BegunIncarnations;
import io.saddlebag.rollforward.Recoveries;
import io.saddlebag.scsi.ReservationKey;
import io.saddlebag.snapshot.Consistency;
import io.saddlebag.snapshot.SnapshotProvider;
import io.saddlebag.snapshot.SnapshotProviders;
import io.saddlebag.snapshot.none.NoSnapshots;
import io.saddlebag.store.jdbc.JdbcStore;
import io.saddlebag.tapeoption.Prompt;
import io.saddlebag.tapeoption.TapeOptions;
import io.saddlebag.volume.Attendants;
import io.saddlebag.volume.Dependents;
import io.saddlebag.volume.FoundSection;
import io.saddlebag.volume.NamedDrives;
import io.saddlebag.volume.OperatorDesk;
import io.saddlebag.volume.RobotOperations;
import io.saddlebag.volume.ScannedVolume;
import io.saddlebag.volume.TapeStore;
import io.saddlebag.volume.Target;
import io.saddlebag.volume.VolumeOperations;
import io.saddlebag.volume.VolumeRegister;
import io.saddlebag.wallet.Wallet;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node on this machine, composed of the real parts. */
public final class LocalNode implements Node {
    private static final Logger LOG = LoggerFactory.getLogger(LocalNode.class);
    private static final String CATALOG = "catalog.sqlite";
    private static final String RUN = "run";
    private static final String LEASES = "leases";
    private static final String CLUSTER_HASHES = "cluster-hashes";

    private final ConfigFile config;
    private final List<Closeable> owned;
    private final Clock clock;
    private final Waiter waiter = new SystemWaiter();
    private final Posix posix;
    private final HostFiles files;
    private final Accounts accounts;
    private final Requesters requesters;
    private final OperatorDesks desks;
    private final Databases databases;
    private final Libraries libraries;
    private final ExecutorService workers;
    private final LockedInstances instances;
    private final Transcripts transcripts;
    private final JobLog jobLog;
    private final Jobs jobs;
    private final JdbcCatalog catalog;
    private final JdbcVolumeRegister volumes;
    private final Dependents dependents;
    private final Watchdog watchdog;
    private final Leases leases;
    private final BegunIncarnations begun;
    private final SourceKeeper keeper;
    private final SnapshotProviders snapshots;
    private final KeyRing keys;
    private final WalletKeeping walletKeeping;
    private final CatalogImport imports;
    private final Pools pools;
    private final Checkpoints checkpoints;
    private final Backups backups;
    private final Users users;
    private final ImageCopies copies;
    private final ImageCopying copying;
    private final Restores restores;
    private final RenewedElsewhere renewedElsewhere;
    private final Datasets datasets;
    private final VolumeImaging volumeImaging;
    private final VolumeRestores volumeRestores;
    private final ImageFiles imageFiles;
    private final DiskFiles diskFiles;
    private final BootTests bootTests;
    private final Rehearsals rehearsals;
    private final Recoverability recoverability;
    private final ConfiguredJournals journals;
    private final Recovering recovering;
    private final AuxiliaryInstances auxiliary;
    private final MountedJournals mounted;
    private final Librarian librarian;
    private final CatalogCopies catalogCopies;

    /** @param owned gets what is to be closed, also when this fails half way */
    private LocalNode(ConfigFile config, Client client, Posix posix, Clock clock, List<Closeable> owned)
            throws IOException {
        this.config = config;
        this.clock = clock;
        this.owned = owned;
        this.posix = posix;
        this.files = new LocalFiles(posix);
        this.accounts = new LocalAccounts(posix);
        this.requesters = user -> Requester.of(
                user, accounts.user(user).map(Accounts.User::groups).orElse(Set.of()));
        this.desks = new OperatorDesks(waiter, client);
        Path state = config.state();
        Files.createDirectories(state);
        this.datasets = new Datasets(new DatasetFiles(config.home()));
        this.databases = new Databases(config, new LocalProcesses(), waiter, clock, this::newestJournal);
        this.workers = workers();
        JdbcStore store = own(JdbcStore.openSqlite(state.resolve(CATALOG), JdbcCatalog.FAULTS));
        this.libraries =
                own(new Libraries(config, realLibraries(config), new JdbcCleaningLog(store), workers, clock, waiter));
        this.instances = own(LockedInstances.in(state.resolve(RUN), new RandomNames()));
        this.catalogCopies = new CatalogCopies(
                store,
                files,
                instances,
                state.resolve(CATALOG),
                Set.of(state.resolve(RUN), config.checkpoints().folder()));
        this.transcripts = new FileTranscripts(state.resolve("transcripts"), clock);
        this.jobLog = new JdbcJobLog(store);
        this.jobs = new Jobs(jobLog, transcripts, clock, waiter, instances);
        this.catalog = new JdbcCatalog(store);
        this.volumes = new JdbcVolumeRegister(store);
        volumes.defineFamilies(config.families());
        this.dependents = new KeptVolumes(new KeptVolumes.Parts(
                catalog,
                volumes,
                new ImageLineage(),
                () -> new ChainKeeping(journals(), catalog),
                this::chainBreaking,
                clock));
        this.watchdog = watchdog(config.home(), state.resolve(LEASES));
        this.leases = new Leases(state.resolve(LEASES), waiter);
        this.keeper = new SourceKeeper(databases, files, posix);
        this.snapshots = new MachineSnapshots(posix, files, new LocalProcesses(), workers, clock, waiter)
                .providers(config.node().snapshots(), watchdog, state);
        this.pools = own(new Pools(config, files, new JdbcPoolRegister(store), volumes, accounts));
        KeyFolder shelf = new KeyFolder(config.home(), config.node().keys(), System::getenv);
        Wallet wallet = Wallets.of(config, files, posix);
        this.keys = new KeyRing(shelf, new SecureRandom(), wallet);
        this.walletKeeping =
                new WalletKeeping(wallet, shelf, keys, new KeyNeeds(catalog, pools.register()), new SecureRandom());
        this.imports = new CatalogImport(catalog, stores(), workers, clock, keys);
        this.checkpoints = new Checkpoints(files, clock, config.checkpoints());
        this.users = new Users(config.node().users(), files, owner());
        BackupServices backing = new BackupServices(
                jobs,
                catalog,
                watchdog,
                files,
                workers,
                clock,
                waiter,
                new RandomNames(),
                name(),
                owner(),
                this::desk,
                (backup, path, job, taker) -> imageFiles().read(backup, path, job, taker::take),
                imports,
                volumes,
                checkpoints,
                snapshots.byName(),
                this::history,
                config.node().snapshots().reserve(),
                new ConcurrentHashMap<>());
        this.backups = new Backups(backing, users);
        ImageOrigin origin = new PoolOrigin(
                pools::pool,
                new LibraryOrigin(libraries, volumes, dependents, clock, this::desk, requesters),
                requesters);
        this.mounted = new MountedJournals(pools, origin, jobs);
        this.copies = new JdbcImageCopies(store);
        this.copying = new ImageCopying(
                catalog, copies, (backup, job) -> origin.open(backup, 1, new ImageOrigin.Asker(job, Prompt.OPERATOR)));
        RestoreServices restoring = new RestoreServices(
                jobs,
                catalog,
                watchdog,
                files,
                origin,
                restoreDatabases(),
                workers,
                waiter,
                owner().equals("root") ? RestoreServices.Privilege.SETS_OWNERS : RestoreServices.Privilege.KEEPS_OWN,
                keys,
                copies);
        this.librarian = new Librarian(backups, restoring, new RandomNames(), requesters, clock);
        this.renewedElsewhere = new RenewedElsewhere(pools.register(), copies, pools::pool, requesters);
        this.restores = users.guarding(new RestoreJobs(restoring, renewedElsewhere));
        Disks disks = new LocalDisks(posix, files, workers);
        this.volumeImaging = new VolumeImaging(disks, new HashStore(files, state.resolve(CLUSTER_HASHES)));
        this.volumeRestores = new VolumeRestores(restoring, disks, users::requireRight);
        this.imageFiles = new ImageFiles(restoring);
        this.diskFiles = new DiskFiles(restoring, disks);
        Path scratch = Files.createDirectories(state.resolve("boot-test"));
        this.begun = new BegunIncarnations(new JdbcIncarnationLog(store), jobLog, leases, files, clock);
        this.journals = new ConfiguredJournals(
                config,
                files,
                new LocalInPlaceFiles(files, posix),
                new JournalServices(
                        backups,
                        catalog,
                        new ReconciledChain(new JdbcJournalChain(store), catalog, this::namingOf),
                        clock.withZone(ZoneId.systemDefault()),
                        waiter),
                new DatabaseJournals(databases, files, state.resolve("journals"), begun, catalog),
                pools::target,
                workers);
        this.recovering = Recovering.of(config, begun, journals, mounted, restoring, users::requireRight, clock);
        this.bootTests = new BootTests(new BootTests.Parts(jobs, volumeRestores, new LocalProcesses(), files, scratch));
        this.rehearsals = Rehearsing.of(config, databases, pools.folders(), restoring, store, clock);
        this.auxiliary = AuxiliaryInstances.of(
                config,
                restoring,
                recovering.recoveries(),
                Rehearsing.protectedPlaces(config, databases, pools.folders()),
                clock);
        this.recoverability = ProtectedDatabases.recoverability(
                databases, journals, recovering.incarnations(), restoring, rehearsals.log(), jobLog, clock);
    }

    private Optional<JournalNaming> namingOf(String journals) {
        return this.journals.naming(journals);
    }

    /** Opens the node to look at it, or for work. Nothing is left open when this fails. */
    static LocalNode open(Path home, Client client) throws IOException {
        return open(home, client, new LinuxPosix(), Clock.systemUTC());
    }

    /**
     * As the other one.
     *
     * @param posix what its file systems and snapshots are worked with; guards, which are processes of their own, have theirs
     * @param clock what it takes for the time of day, as guards have theirs
     */
    static LocalNode open(Path home, Client client, Posix posix, Clock clock) throws IOException {
        List<Closeable> owned = new ArrayList<>();
        try {
            return new LocalNode(ConfigFile.read(home), client, posix, clock, owned);
        } catch (IOException | RuntimeException e) {
            try {
                closeAll(owned);
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
    }

    /** Puts right what dead processes left (W3, W21). */
    void recover(Consumer<String> notices) throws IOException, InterruptedException {
        pools.removeLeftovers(notices);
        Map<String, SnapshotProvider> providers = snapshots.byName();
        new CrashRecovery(new CrashRecovery.Parts(
                        jobLog,
                        transcripts,
                        catalog,
                        volumes,
                        checkpoints,
                        leases,
                        keeper,
                        instances,
                        providers,
                        Map.of(
                                CatalogImport.IMPORT_VOLUME,
                                imports,
                                PoolImport.IMPORT_POOL,
                                poolImports(),
                                PoolRewrapping.SETTLE,
                                poolRewrapping()::settle,
                                Leftovers.REMOVE,
                                new Leftovers(files, jobLog, instances)::settle,
                                Rehearsals.REMOVE,
                                rehearsals::settle,
                                Recoveries.REMOVE,
                                recovering.recoveries()::settle,
                                DatabaseRecoveries.REMOVE,
                                auxiliary.databases()::settle,
                                Recoveries.RECORD,
                                begun::settle),
                        clock,
                        notices))
                .run();
    }

    /** The leases of this node's sources, for people. */
    List<LeaseRecord> leases() throws IOException {
        return leases.list();
    }

    SnapshotProviders snapshotProviders() {
        return snapshots;
    }

    ConfigFile config() {
        return config;
    }

    @Override
    public String name() {
        String configured = config.node().node();
        return configured == null ? MachineName.get() : configured;
    }

    @Override
    public BackupRun.StopOptions stopOptions(String database) throws IOException {
        return databases.options(database);
    }

    @Override
    public OnlineOptions onlineOptions(String database) throws IOException {
        return databases.online(database);
    }

    @Override
    public Jobs jobs() {
        return jobs;
    }

    @Override
    public Transcripts transcripts() {
        return transcripts;
    }

    @Override
    public Catalog catalog() {
        return catalog;
    }

    @Override
    public CatalogImport imports() {
        return imports;
    }

    @Override
    public VolumeRegister volumes() {
        return volumes;
    }

    @Override
    public Backups backups() {
        return backups;
    }

    @Override
    public Restores restores() {
        return restores;
    }

    @Override
    public VolumeImaging volumeImaging() {
        return volumeImaging;
    }

    @Override
    public VolumeRestores volumeRestores() {
        return volumeRestores;
    }

    /** Made after what asks for it. */
    private ImageFiles imageFiles() {
        return imageFiles;
    }

    @Override
    public DiskFiles diskFiles() {
        return diskFiles;
    }

    @Override
    public KeyRing keys() {
        return keys;
    }

    @Override
    public WalletKeeping walletKeeping() {
        return walletKeeping;
    }

    @Override
    public Rewrapping rewrapping() {
        return new Rewrapping(keys, files, pools.folders());
    }

    @Override
    public PoolRewrapping poolRewrapping() {
        return new PoolRewrapping(keys, catalog, copies, pools.register(), pools::pool, workers);
    }

    @Override
    public Backup rewrapInPool(BackupId id, String names, @Nullable String user)
            throws IOException, InterruptedException {
        String pool = catalog.find(id).stream()
                .flatMap(backup -> backup.files().stream())
                .map(PoolFile::pool)
                .findFirst()
                .orElse("-");
        Optional<Backup> known = catalog.find(id);
        if (known.isPresent() && renewedElsewhere.asLabelled(known.get()).isPresent()) {
            // else what another node gave other keys would be taken for damaged
            restores.verify(id, user, Prompt.AUTOMATIC);
        }
        // one job of an image at a time, whatever the keys
        return mediaJobs()
                .run(
                        MediaJobs.Order.ofPool(pool, "rewrap " + id, user),
                        job -> poolRewrapping().rewrap(id, names, requesters.asking(user), job));
    }

    @Override
    public BootTests bootTests() {
        return bootTests;
    }

    @Override
    public Map<String, ConsistencyGroup> groups() {
        return config.groups();
    }

    @Override
    public Rehearsals rehearsals() {
        return rehearsals;
    }

    @Override
    public Recoverability recoverability() {
        return recoverability;
    }

    @Override
    public Journals journals() {
        return journals;
    }

    @Override
    public JournalStreams journalStreams() {
        return new StreamedJournals(config, files, new LocalInPlaceFiles(files, posix), journals, workers);
    }

    @Override
    public ChainBreaking chainBreaking(JournalListener listener) {
        return new ChainBreaking(journals.services().chain(), pools::giveUp, listener);
    }

    @Override
    public IncarnationBook incarnations() {
        return recovering.incarnations();
    }

    @Override
    public Recoveries recoveries() {
        return recovering.recoveries();
    }

    @Override
    public DatabaseRecoveries databaseRecoveries() {
        return auxiliary.databases();
    }

    @Override
    public BlockRecoveries blockRecoveries() {
        return auxiliary.blocks();
    }

    @Override
    public JournalFetch journalFetch() {
        return new JournalFetch(journals, mounted, files, keys, workers);
    }

    @Override
    public Librarian librarian() {
        return librarian;
    }

    @Override
    public PieceTrace pieceTrace(Path file, PieceTrace.Level level) throws IOException {
        return new PieceTrace(level, clock, TraceFile.open(file));
    }

    @Override
    public JournalReplay journalReplay() {
        return new JournalReplay(
                journals, new PieceReading(journals.services().catalog(), keys, workers), mounted, files);
    }

    @Override
    public Set<String> databases() {
        return databases.names();
    }

    @Override
    public DatabaseAdapter database(String name) throws IOException {
        return databases.get(name);
    }

    @Override
    public Datasets datasets() {
        return datasets;
    }

    @Override
    public DatasetBackup datasetBackup() {
        return new DatasetBackup(
                backups,
                new DatasetBackup.Parts(
                        datasets,
                        new LocalProcesses(),
                        () -> posix.mounts().stream()
                                .map(mount -> new MountTable.Mounted(mount.path(), mount.fileSystem()))
                                .toList(),
                        name(),
                        List.of(config.home().resolve("config"), config.home().resolve("routes"), config.state()),
                        catalogCopies,
                        List.of(config.home().resolve(KeyFolder.PLACE)),
                        users,
                        new NoSnapshots(clock)));
    }

    @Override
    public Set<String> libraries() {
        return libraries.names();
    }

    @Override
    public List<FoundDevice> attachedDevices(PortalQuery query, Consumer<BackupException> unreachable)
            throws IOException {
        FoundDevices found = new FoundDevices();
        new AttachedDevices(Path.of("/sys")).list().forEach(found::add);
        for (String portal : query.portals()) {
            new NativeDevices(config.home(), waiter)
                    .behind(portal, query.user(), unreachable)
                    .forEach(found::add);
        }
        return found.list();
    }

    @Override
    public LibraryDesk library(String name) throws IOException {
        Library library = libraries.get(name);
        return new LibraryDesk(
                library,
                new RobotOperations(library),
                new VolumeOperations(library, volumes, dependents, LOG::warn, clock),
                libraries.drives(name),
                (job, prompt) -> carrier(job, name, prompt),
                libraries.hostReservations(name));
    }

    private Carrier carrier(JobRun job, String name, Prompt prompt) throws IOException {
        Shelf shelf = libraries.shelf(name);
        return shelf == null
                ? desks.carrier(job, libraries.get(name), libraries.patience(name), prompt)
                : Carrier.to(shelf);
    }

    @Override
    public MediaJobs mediaJobs() {
        return new MediaJobs(jobs);
    }

    @Override
    public ImageTarget target(String library, @Nullable String family, TapeOptions options) throws IOException {
        libraries.require(library);
        if (family != null
                && volumes.families().stream().noneMatch(each -> each.name().equals(family))) {
            throw UnknownNames.family(family, volumes.families());
        }
        Library open = libraries.get(library);
        NamedDrives.of(open, options.drives().names()); // before a database is stopped for it
        return new TapeTarget(
                library, family, options, attendants -> store(library, open, attendants), libraries.leastPart(library));
    }

    @Override
    public Set<String> pools() {
        return pools.names();
    }

    @Override
    public Pool pool(String name) throws IOException {
        return pools.pool(name);
    }

    @Override
    public ImageTarget poolTarget(String pool, @Nullable String family, FileRights rights) throws IOException {
        return pools.target(pool, family, rights);
    }

    @Override
    public List<PooledBackup> pooled(String pool) throws IOException {
        return pools.images(pool);
    }

    @Override
    public PoolPruning pruning(String pool, @Nullable String user) throws IOException {
        return pools.pruning(pool, catalog, new PieceKeeping(new ChainKeeping(journals, catalog)), clock)
                .by(requesters.asking(user));
    }

    @Override
    public ImageCopying copying() {
        return copying;
    }

    @Override
    public PoolImport poolImports() {
        return new PoolImport(catalog, pools, workers, clock, keys);
    }

    @Override
    public SnapshotProvider snapshots(String provider, List<Path> paths, Consistency least) throws IOException {
        boolean any = provider.equals("none") || least == Consistency.ATOMIC;
        return snapshots
                .choose(provider, paths, any ? least : Consistency.PER_FILE)
                .provider();
    }

    @Override
    public void close() throws IOException {
        workers.shutdownNow();
        closeAll(owned);
    }

    private static void closeAll(List<Closeable> owned) throws IOException {
        List<Closeable> newestFirst = new ArrayList<>(owned);
        Collections.reverse(newestFirst);
        @Nullable IOException first = null;
        for (Closeable each : newestFirst) {
            try {
                each.close();
            } catch (IOException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private CatalogImport.Stores stores() {
        return new CatalogImport.Stores() {
            @Override
            public TapeStore store(String library, Attendants attendants) throws IOException {
                return LocalNode.this.store(library, libraries.get(library), attendants);
            }

            @Override
            public List<FoundSection> scan(String library, VolumeId volume) throws IOException {
                Barcode barcode = volumes.find(volume).map(Volume::barcode).orElse(null);
                if (barcode == null) {
                    throw UnknownNames.volume(volume, library);
                }
                ScannedVolume scanned =
                        LocalNode.this.library(library).volumes().scanVolume(new Target.Tagged(barcode));
                return scanned.sections();
            }
        };
    }

    private TapeStore store(String name, Library library, Attendants attendants) {
        try {
            return new TapeStore(library, volumes, dependents, attendants, clock, libraries.blockSize(name));
        } catch (IOException e) {
            throw new IllegalStateException("a library that has been opened is configured: " + name, e);
        }
    }

    private OperatorDesk desk(JobRun job, String library, Prompt prompt) throws IOException {
        return desks.of(job, libraries.get(library), libraries.patience(library), prompt);
    }

    /** PostgreSQL's server says itself which timeline it is on. Where journals are configured wrong a backup is one all the same. */
    private Map<String, String> history(String database) throws IOException {
        if (databases.get(database).stagedReplay().isEmpty()) {
            return Map.of();
        }
        try {
            return IncarnationFacts.of(recovering.incarnations().of(database), journals.incarnation(database));
        } catch (BackupException e) {
            if (e.is(ConfigFault.UNKNOWN_NAME)) {
                return Map.of();
            }
            throw e;
        }
    }

    private Optional<BackedUpJournals.Newest> newestJournal(String database) throws IOException {
        try {
            return journals.newest(database);
        } catch (BackupException e) {
            if (e.is(ConfigFault.UNKNOWN_NAME)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private RestoreServices.Databases restoreDatabases() {
        return new RestoreServices.Databases() {
            @Override
            public DatabaseAdapter database(String name) throws IOException {
                return databases.get(name);
            }

            @Override
            public RestoreServices.Limits limits(String name) throws IOException {
                BackupRun.StopOptions options = databases.options(name);
                return new RestoreServices.Limits(options.stopTimeout(), options.startTimeout(), options.lease());
            }
        };
    }

    private RealLibraries realLibraries(ConfigFile file) throws IOException {
        DevicesConfig devices =
                DevicesFile.read(file.home(), file.node().libraries().keySet());
        String shared = devices.sharedLocks();
        DeviceLockFolders locks = DeviceLockFolders.of(file.state(), shared == null ? null : file.resolve(shared));
        ReservationKey key =
                ReservationKey.of(locks.scope(), ProcessHandle.current().pid());
        return new RealLibraries(name(), devices, new NativeDevices(file.home(), waiter), locks, waiter, key);
    }

    private Watchdog watchdog(Path home, Path leaseFolder) {
        List<String> command = ProcessWatchdog.javaCommand(Guard.class.getName(), List.of(home.toString()));
        return new ProcessWatchdog(command, leaseFolder, clock, waiter);
    }

    static String owner() {
        return System.getProperty("user.name", "nobody");
    }

    static ExecutorService workers() {
        AtomicInteger count = new AtomicInteger();
        return Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "saddlebag-worker-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    private <T extends Closeable> T own(T part) {
        owned.add(part);
        return part;
    }
}
