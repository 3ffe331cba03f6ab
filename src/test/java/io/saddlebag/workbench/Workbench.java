package io.saddlebag.workbench;

import io.saddlebag.backup.BackupRun;
import io.saddlebag.backup.BackupServices;
import io.saddlebag.backup.Backups;
import io.saddlebag.backup.CatalogImport;
import io.saddlebag.backup.CrashRecovery;
import io.saddlebag.backup.ImageLane;
import io.saddlebag.backup.ImageLineage;
import io.saddlebag.backup.ImageTarget;
import io.saddlebag.backup.OfflineBackup;
import io.saddlebag.backup.OnlineBackup;
import io.saddlebag.backup.OnlineOptions;
import io.saddlebag.backup.PoolImport;
import io.saddlebag.backup.PoolTarget;
import io.saddlebag.backup.SourceOptions;
import io.saddlebag.backup.StoredFiles;
import io.saddlebag.backup.TapeTarget;
import io.saddlebag.backup.VolumeImaging;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.ImageCopies;
import io.saddlebag.catalog.PoolRegister;
import io.saddlebag.catalog.jdbc.JdbcCatalog;
import io.saddlebag.catalog.jdbc.JdbcImageCopies;
import io.saddlebag.catalog.jdbc.JdbcIncarnationLog;
import io.saddlebag.catalog.jdbc.JdbcPoolRegister;
import io.saddlebag.catalog.jdbc.JdbcVolumeRegister;
import io.saddlebag.checkpoint.CheckpointSettings;
import io.saddlebag.checkpoint.Checkpoints;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.disk.Disks;
import io.saddlebag.disk.local.LocalDisks;
import io.saddlebag.diskimage.HashStore;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.Instances;
import io.saddlebag.host.local.LocalAccounts;
import io.saddlebag.host.local.LocalFiles;
import io.saddlebag.host.local.RandomNames;
import io.saddlebag.image.Compression;
import io.saddlebag.image.Decryption;
import io.saddlebag.image.SeekableBytes;
import io.saddlebag.incarnation.IncarnationLog;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobLog;
import io.saddlebag.job.Jobs;
import io.saddlebag.job.Overlap;
import io.saddlebag.job.Transcripts;
import io.saddlebag.job.file.FileTranscripts;
import io.saddlebag.job.jdbc.JdbcJobLog;
import io.saddlebag.journal.ChainBreaking;
import io.saddlebag.journal.JournalBackup;
import io.saddlebag.journal.JournalChain;
import io.saddlebag.journal.JournalListener;
import io.saddlebag.journal.JournalOptions;
import io.saddlebag.journal.JournalServices;
import io.saddlebag.journal.JournalSource;
import io.saddlebag.journal.ReconciledChain;
import io.saddlebag.journal.jdbc.JdbcJournalChain;
import io.saddlebag.keeping.KeptVolumes;
import io.saddlebag.lease.LeaseActions;
import io.saddlebag.lease.LeaseRecord;
import io.saddlebag.lease.LeaseRegister;
import io.saddlebag.lease.SourceReturner;
import io.saddlebag.lease.Watchdog;
import io.saddlebag.lease.memory.MemoryWatchdog;
import io.saddlebag.librarian.Librarian;
import io.saddlebag.librarian.PieceKeeping;
import io.saddlebag.library.Barcode;
import io.saddlebag.library.memory.MemoryLibrary;
import io.saddlebag.media.MediaFamily;
import io.saddlebag.media.Volume;
import io.saddlebag.media.VolumeId;
import io.saddlebag.pool.Chains;
import io.saddlebag.pool.FolderStore;
import io.saddlebag.pool.Pool;
import io.saddlebag.pool.PoolPruning;
import io.saddlebag.pool.PoolSettings;
import io.saddlebag.pool.PoolStore;
import io.saddlebag.posix.linux.LinuxPosix;
import io.saddlebag.protection.Requesters;
import io.saddlebag.quantity.BlockSize;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.restore.ComponentSwap;
import io.saddlebag.restore.DiskFiles;
import io.saddlebag.restore.ImageOrigin;
import io.saddlebag.restore.Leftovers;
import io.saddlebag.restore.PoolOrigin;
import io.saddlebag.restore.RestoreJobs;
import io.saddlebag.restore.RestoreServices;
import io.saddlebag.restore.Restores;
import io.saddlebag.restore.VolumeRestores;
import io.saddlebag.snapshot.SnapshotProvider;
import io.saddlebag.snapshot.SnapshotReserve;
import io.saddlebag.snapshot.none.NoSnapshots;
import io.saddlebag.store.jdbc.JdbcStore;
import io.saddlebag.tape.memory.Capacity;
import io.saddlebag.tape.memory.FaultPlan;
import io.saddlebag.tapeoption.TapeOptions;
import io.saddlebag.volume.Attendants;
import io.saddlebag.volume.Dependents;
import io.saddlebag.volume.FoundSection;
import io.saddlebag.volume.ImageToStore;
import io.saddlebag.volume.OperatorDesk;
import io.saddlebag.volume.ScannedVolume;
import io.saddlebag.volume.StoredImage;
import io.saddlebag.volume.TapeStore;
import io.saddlebag.volume.Target;
import io.saddlebag.volume.VolumeOperations;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A node with database {@code orders} in two folders and library {@code vault} in memory. What lasts is in the bench;
 * what dies with a process is in {@link Node}.
 */
public final class Workbench implements Closeable {
    /** Of a piece that are in memory at once. */
    public static final int PART_BYTES = 8;

    public static final Duration LEASE = Duration.ofMinutes(1);
    public static final Duration FREEZE = Duration.ofSeconds(10);
    public static final Duration TIMEOUT = Duration.ofSeconds(30);

    public final List<String> events = new CopyOnWriteArrayList<>();
    public final SimulatedTime time = new SimulatedTime();
    public final Path home;
    public final Path data;
    public final Path journal;
    public final TwinDatabase orders;
    /** What nodes back up and restore instead of {@code orders}. */
    public volatile DatabaseAdapter database;

    public final TwinSnapshots snapshots;
    /** What happens to the vault's drives. */
    public final FaultPlan faults = FaultPlan.none();

    public final MemoryLibrary vault;
    public final MemoryWatchdog watchdog;
    public final Transcripts transcripts;
    public final HostFiles files = new LocalFiles(new LinuxPosix());
    /** What guards work through. */
    public volatile HostFiles guardFiles = files;
    /** Processes that are dead. */
    public final Set<String> dead = new HashSet<>();
    /** What guards start instead of {@link #database}; null for that. */
    public volatile @Nullable DatabaseAdapter guardDatabase;
    /** What is known of the databases that nodes opened from now on back up. */
    public BackupServices.Histories histories = BackupServices.Histories.NONE;
    /** Who settles what else is owed, by its kind. */
    public Map<String, CrashRecovery.DebtCollector> collectors = Map.of();
    /** What the job log of nodes opened from now on goes through. */
    public UnaryOperator<JobLog> jobLogWrap = log -> log;
    /** What the catalog of nodes opened from now on goes through. */
    public UnaryOperator<Catalog> catalogWrap = catalog -> catalog;
    /** What the watchdog of nodes opened from now on goes through. */
    public UnaryOperator<Watchdog> watchdogWrap = guarding -> guarding;
    /** What stored images go through when they are read. */
    public UnaryOperator<InputStream> readWrap = stored -> stored;
    /** What going elsewhere on a tape costs; images of tests are read as a whole where it is what it is on real tape. */
    public long jumpBytes = Long.MAX_VALUE;
    /** What is read in the middle of a tape's image. */
    public UnaryOperator<InputStream> jumpWrap = stored -> stored;

    /** Who says what volumes are needed for, to stores and operators from now on. */
    public Supplier<Dependents> dependents = () -> dependents(() -> Chains.NONE);

    /** The keys of nodes opened from now on. */
    public Decryption decryption = Decryption.NONE;

    /** What pools of nodes opened from now on go through. */
    public UnaryOperator<HostFiles> poolFiles = each -> each;
    /** Where pools of nodes opened from now on are; null for a folder. */
    public @Nullable PoolStore poolStore;
    /** How pools of nodes opened from now on are used. */
    public PoolSettings poolSettings = new PoolSettings("disk", null, 1);

    /** What checkpoints of nodes opened from now on go through. */
    public UnaryOperator<HostFiles> checkpointFiles = each -> each;
    /** How nodes opened from now on make checkpoints. */
    public CheckpointSettings checkpointSettings;

    public volatile Trouble beforeImage = Trouble.NONE;
    public volatile SnapshotReserve reserve = SnapshotReserve.DEFAULT;
    public volatile Trouble withinImage = Trouble.NONE;
    public volatile Trouble afterImage = Trouble.NONE;

    private final Map<String, TwinDatabase> others = new ConcurrentHashMap<>();
    private final ExecutorService workers = Executors.newCachedThreadPool();
    private JdbcStore store;
    private int stores;
    private int owners;

    public Workbench(Path home) throws IOException {
        this(home, Capacity.ENDLESS);
    }

    /** @param cartridges none for two */
    public Workbench(Path home, Capacity each, String... cartridges) throws IOException {
        this.home = home;
        checkpointSettings = CheckpointSettings.in(home.resolve("checkpoints"));
        data = Files.createDirectories(home.resolve("data"));
        journal = Files.createDirectories(home.resolve("journal"));
        Files.writeString(data.resolve("table"), "row 1\n");
        Files.writeString(data.resolve("lock"), "transient");
        Files.createDirectories(data.resolve("base"));
        Files.writeString(data.resolve("base/index"), "1");
        Files.writeString(journal.resolve("log"), "begin; commit\n");
        orders = new TwinDatabase("orders", List.of(data, journal), events, time);
        database = orders;
        snapshots = new TwinSnapshots(home.resolve("snapshots"), events, time);
        vault = MemoryLibrary.named("vault")
                .slots(Math.max(4, cartridges.length))
                .drives(2)
                .mailSlots(1)
                .capacity(each)
                .faults(faults)
                .cartridges(cartridges.length == 0 ? new String[] {"SBG001", "SBG002"} : cartridges)
                .build();
        watchdog = new MemoryWatchdog(time, new Guard());
        transcripts = new FileTranscripts(Files.createDirectories(home.resolve("transcripts")), time);
        store = openStore();
    }

    /** One more database, in two folders of its own, whose events end with its name; guards know it, too. */
    public TwinDatabase add(String name) throws IOException {
        Path table = Files.createDirectories(home.resolve(name + "-data"));
        Path log = Files.createDirectories(home.resolve(name + "-journal"));
        Files.writeString(table.resolve("table"), "row 1\n");
        Files.writeString(log.resolve("log"), "begin; commit\n");
        TwinDatabase added = new TwinDatabase(name, List.of(table, log), events, time, " " + name);
        others.put(name, added);
        return added;
    }

    private JdbcStore openStore() throws IOException {
        JdbcStore opened = JdbcStore.openSqlite(home.resolve("node" + stores++ + ".db"), JdbcCatalog.FAULTS);
        new JdbcVolumeRegister(opened)
                .defineFamilies(List.of(new MediaFamily("nightly", null, null, MediaFamily.Expiration.TIME)));
        return opened;
    }

    /** The disk with the catalog is gone; a new one is empty. */
    public void loseCatalog() throws IOException {
        store.close();
        store = openStore();
    }

    public JdbcVolumeRegister volumes() {
        return new JdbcVolumeRegister(store);
    }

    public JdbcPoolRegister poolRegister() {
        return new JdbcPoolRegister(store);
    }

    public ImageCopies copies() {
        return new JdbcImageCopies(store);
    }

    public IncarnationLog incarnations() {
        return new JdbcIncarnationLog(store);
    }

    /** Of all guards that there were since the bench was opened. */
    public LeaseRegister leases() {
        return new Register();
    }

    public JdbcJournalChain chain() {
        return new JdbcJournalChain(store);
    }

    public Catalog catalog() {
        return new JdbcCatalog(store);
    }

    public JobLog log() {
        return new JdbcJobLog(store);
    }

    public Node node() {
        return node(Life.unending(), files);
    }

    public Node node(Life life, HostFiles through) {
        return new Node("process-" + owners++, life, through);
    }

    /**
     * What the one image that there was came to; {@code none} when there never was a row. After a crash it may have two
     * rows: abandoned by its job, and read in from its media.
     */
    public String backupState() throws IOException {
        List<Backup> all = catalog().backups(Catalog.Filter.ALL);
        if (all.stream().map(backup -> backup.about().imageId()).distinct().count() > 1) {
            throw new AssertionError("several: " + all);
        }
        return all.isEmpty() ? "none" : all.get(all.size() - 1).state().name().toLowerCase(java.util.Locale.ROOT);
    }

    public Job onlyJob() throws IOException {
        List<Job> all = log().jobs();
        if (all.size() != 1) {
            throw new AssertionError("not one job, but " + all);
        }
        return all.get(0);
    }

    @Override
    public void close() throws IOException {
        workers.shutdownNow();
        store.close();
    }

    public TapeStore openVault(Attendants attendants) {
        return new TapeStore(vault, volumes(), dependents.get(), attendants, time, new BlockSize(4096));
    }

    /** One process. */
    public final class Node {
        public final String owner;
        public final Backups backups;
        public final RestoreServices restoring;
        public final Restores restores;
        public final VolumeImaging imaging;
        public final VolumeRestores volumeRestores;
        public final DiskFiles diskFiles;
        public final Jobs jobs;
        public final CatalogImport imports;
        public final Pool pool;
        /** Another one. */
        public final Pool shelf;

        public final PoolImport poolImports;
        public final Checkpoints checkpoints;
        /** Parts of its pieces have {@link #PART_BYTES}. */
        public final Librarian librarian;

        private final Life life;

        Node(String owner, Life life, HostFiles through) {
            this.owner = owner;
            this.life = life;
            Catalog catalog = life.port(Catalog.class, catalogWrap.apply(catalog()));
            jobs = new Jobs(life.port(JobLog.class, jobLogWrap.apply(log())), transcripts, time, time, owner);
            imports = new CatalogImport(catalog, new Vault(), workers, time);
            pool = new Pool(poolSettings, poolStore(owner), poolRegister());
            shelf = new Pool(
                    new PoolSettings("shelf", null, 1),
                    new FolderStore(files, home.resolve("shelf"), "shelf", ByteCount.ZERO, folder -> new Alive(owner)),
                    poolRegister());
            poolImports = new PoolImport(catalog, new OnlyPool(pool), workers, time);
            checkpoints = new Checkpoints(checkpointFiles.apply(files), time, checkpointSettings);
            Watchdog guarded = life.port(Watchdog.class, watchdogWrap.apply(watchdog));
            backups = new Backups(new BackupServices(
                    jobs,
                    catalog,
                    guarded,
                    through,
                    workers,
                    time,
                    time,
                    new RandomNames(),
                    "testhost",
                    "tester",
                    (job, library, prompt) -> OperatorDesk.UNATTENDED,
                    StoredFiles.NONE,
                    imports,
                    volumes(),
                    checkpoints,
                    Map.of("copy", snapshots()),
                    histories,
                    reserve,
                    new ConcurrentHashMap<>()));
            restoring = new RestoreServices(
                    jobs,
                    catalog,
                    guarded,
                    through,
                    new PoolOrigin(name -> name.equals(shelf.name()) ? shelf : pool, new VaultOrigin()),
                    new Known(),
                    workers,
                    time,
                    RestoreServices.Privilege.SETS_OWNERS,
                    decryption,
                    copies());
            restores = new RestoreJobs(restoring);
            librarian = new Librarian(backups, restoring, new RandomNames(), Requesters.NAMES, time, PART_BYTES);
            Disks disks = new LocalDisks(new LinuxPosix(), through, workers);
            imaging = new VolumeImaging(disks, new HashStore(through, home.resolve("cluster-hashes")));
            volumeRestores = new VolumeRestores(restoring, disks);
            diskFiles = new DiskFiles(restoring, disks);
        }

        public DatabaseAdapter orders() {
            return life.port(DatabaseAdapter.class, database);
        }

        /** One that was added, as this process reaches it. */
        public DatabaseAdapter reached(TwinDatabase added) {
            return life.port(DatabaseAdapter.class, added);
        }

        public SnapshotProvider snapshots() {
            return life.port(SnapshotProvider.class, snapshots);
        }

        public ImageTarget target() {
            return target(TapeOptions.DEFAULT);
        }

        public ImageTarget target(TapeOptions options) {
            return life.port(
                    ImageTarget.class,
                    new WatchedTarget(new TapeTarget("vault", "nightly", options, Workbench.this::openVault)));
        }

        public PoolPruning pruning() {
            return new PoolPruning(
                    pool,
                    life.port(Catalog.class, catalog()),
                    life.port(PoolRegister.class, poolRegister()),
                    new ImageLineage(),
                    new PieceKeeping(Chains.NONE),
                    time);
        }

        public ImageTarget poolTarget() {
            return poolTarget("nightly");
        }

        public ImageTarget poolTarget(String family) {
            try {
                return life.port(ImageTarget.class, new PoolTarget(pool, new OnlyPool(pool).family(family)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        public JournalServices journalServices() {
            Catalog through = life.port(Catalog.class, catalogWrap.apply(catalog()));
            return new JournalServices(
                    backups,
                    through,
                    new ReconciledChain(
                            life.port(JournalChain.class, chain()),
                            through,
                            any -> Optional.of(name -> Optional.empty())),
                    time,
                    time);
        }

        public JournalBackup journals(
                JournalSource source, ImageTarget target, JournalOptions options, JournalListener listener)
                throws IOException {
            return new JournalBackup(
                    life.port(JournalSource.class, source), journalServices(), target, options, listener, null);
        }

        /** @throws AssertionError when it was skipped */
        public Job backup(ImageTarget target) throws IOException, InterruptedException {
            return new OfflineBackup(backups).run(order(snapshots(), target)).orElseThrow(AssertionError::new);
        }

        public BackupRun.StopOptions stop() {
            return new BackupRun.StopOptions(TIMEOUT, TIMEOUT, LEASE);
        }

        public OfflineBackup.Order order() {
            return order(snapshots());
        }

        public OfflineBackup.Order order(SnapshotProvider provider) {
            return order(provider, target());
        }

        public OfflineBackup.Order order(SnapshotProvider provider, ImageTarget target) {
            return new OfflineBackup.Order(
                    "orders",
                    null,
                    Overlap.SKIP,
                    orders(),
                    stop(),
                    paths -> provider,
                    new SourceOptions(Compression.NONE),
                    target);
        }

        /** @throws AssertionError when it was skipped */
        public Job backup() throws IOException, InterruptedException {
            return new OfflineBackup(backups).run(order()).orElseThrow(AssertionError::new);
        }

        public OnlineBackup.Order onlineOrder(SnapshotProvider provider, ImageTarget target) {
            return new OnlineBackup.Order(
                    "orders",
                    null,
                    Overlap.SKIP,
                    orders(),
                    OnlineBackup.Part.WRITER,
                    new OnlineOptions(FREEZE, LEASE, TIMEOUT),
                    (paths, least) -> provider,
                    new SourceOptions(Compression.NONE),
                    target);
        }

        /** @throws AssertionError when it was skipped */
        public Job backupOnline() throws IOException, InterruptedException {
            return new OnlineBackup(backups)
                    .run(onlineOrder(snapshots(), target()))
                    .orElseThrow(AssertionError::new);
        }

        public List<Job> recover() throws IOException, InterruptedException {
            pool.removeLeftovers();
            Map<String, CrashRecovery.DebtCollector> others = new HashMap<>(collectors);
            others.put(CatalogImport.IMPORT_VOLUME, imports);
            others.put(PoolImport.IMPORT_POOL, poolImports);
            others.put(Leftovers.REMOVE, new Leftovers(files, log(), new Alive(owner))::settle);
            return new CrashRecovery(new CrashRecovery.Parts(
                            life.port(JobLog.class, log()),
                            transcripts,
                            life.port(Catalog.class, catalog()),
                            volumes(),
                            checkpoints,
                            new Register(),
                            new Guard(),
                            new Alive(owner),
                            Map.of("copy", snapshots(), "none", new NoSnapshots(time)),
                            others,
                            time,
                            events::add))
                    .run();
        }

        /** The machine's power is lost, for this process; its guards act. */
        public void died() throws InterruptedException {
            dead.add(owner);
            watchdog.holderDies();
        }
    }

    private final class Known implements RestoreServices.Databases {
        @Override
        public DatabaseAdapter database(String name) throws IOException {
            if (!name.equals(database.name())) {
                throw new BackupException(
                        DatabaseFault.UNKNOWN_DATABASE, "there is no database '" + name + "'", "Use orders.");
            }
            return database;
        }

        @Override
        public RestoreServices.Limits limits(String name) {
            return new RestoreServices.Limits(TIMEOUT, TIMEOUT, LEASE);
        }
    }

    private final class Guard implements SourceReturner {
        @Override
        public void prepare(Watchdog.Action action) {}

        @Override
        public void commit(Watchdog.Action action, Consumer<String> log) throws IOException {
            ComponentSwap swap = ComponentSwap.of(guardFiles, action.facts());
            swap.decide();
            swap.finish();
        }

        @Override
        public void bringBack(Watchdog.Action action, Consumer<String> log) throws IOException, InterruptedException {
            DatabaseAdapter other = others.get(action.facts().getOrDefault(LeaseActions.DATABASE, ""));
            DatabaseAdapter guarded = other == null ? Objects.requireNonNullElse(guardDatabase, database) : other;
            if (action.kind().equals(LeaseActions.END_BACKUP)) {
                guarded.writer().orElseThrow().abandon(action.facts().get(LeaseActions.BACKUP_MODE), log);
                return;
            }
            if (action.kind().equals(LeaseActions.FINISH_RESTORE)) {
                ComponentSwap.of(guardFiles, action.facts()).finish();
            }
            guarded.start(TIMEOUT, log);
        }
    }

    private final class Register implements LeaseRegister {
        @Override
        public List<LeaseRecord> list() {
            return watchdog.list();
        }

        @Override
        public List<LeaseRecord> abandoned() {
            return List.of();
        }

        @Override
        public List<LeaseRecord> bringBackAbandoned(SourceReturner returner, Consumer<String> log) {
            return List.of();
        }
    }

    private final class Alive implements Instances {
        private final String self;

        Alive(String self) {
            this.self = self;
        }

        @Override
        public String self() {
            return self;
        }

        @Override
        public boolean alive(String instance) {
            return !dead.contains(instance);
        }
    }

    private PoolStore poolStore(String owner) {
        PoolStore elsewhere = poolStore;
        return elsewhere != null
                ? elsewhere
                : new FolderStore(
                        poolFiles.apply(files),
                        home.resolve("pool"),
                        poolSettings.name(),
                        ByteCount.ZERO,
                        folder -> new Alive(owner),
                        new LocalAccounts(new LinuxPosix()));
    }

    private final class OnlyPool implements PoolImport.Pools {
        private final Pool pool;

        OnlyPool(Pool pool) {
            this.pool = pool;
        }

        @Override
        public Pool pool(String name) {
            return pool;
        }

        @Override
        public @Nullable MediaFamily family(@Nullable String name) throws IOException {
            return volumes().families().stream()
                    .filter(each -> each.name().equals(name))
                    .findFirst()
                    .orElse(null);
        }
    }

    private final class Vault implements CatalogImport.Stores {
        @Override
        public TapeStore store(String library, Attendants attendants) {
            return openVault(attendants);
        }

        @Override
        public List<FoundSection> scan(String library, VolumeId volume) throws IOException {
            Volume known = volumes().find(volume).orElseThrow();
            return Workbench.this.scan(Objects.requireNonNull(known.barcode()).value());
        }
    }

    /** What an operator does with the vault's volumes. */
    public VolumeOperations operations() {
        return new VolumeOperations(vault, volumes(), dependents.get(), events::add, time);
    }

    /** What needs volumes, where these chains of journals have a say. */
    public Dependents dependents(Supplier<Chains> chains) {
        return new KeptVolumes(new KeptVolumes.Parts(
                catalog(),
                volumes(),
                new ImageLineage(),
                chains,
                listener -> new ChainBreaking(chain(), (backup, cause) -> false, listener),
                time));
    }

    /** Walks a cartridge by its labels, and takes it into the register. */
    public List<FoundSection> scan(String barcode) throws IOException {
        ScannedVolume scanned = operations().scanVolume(new Target.Tagged(new Barcode(barcode)));
        if (volumes().find(scanned.toVolume().id()).isEmpty()) {
            volumes().record(scanned.toVolume());
        }
        return scanned.sections();
    }

    private final class VaultOrigin implements ImageOrigin {
        @Override
        public int drives(Backup backup) {
            return vault.drives().size();
        }

        @Override
        public InputStream open(Backup backup, int lane, Asker asker) throws IOException {
            TapeStore opened = openVault(Attendants.NONE);
            InputStream stored = opened.read(backup.about().imageId(), backup.lane(lane));
            return new FilterInputStream(readWrap.apply(stored)) {
                @Override
                public void close() throws IOException {
                    super.close();
                    opened.close();
                }
            };
        }

        @Override
        public Optional<SeekableBytes> seek(Backup backup, Asker asker) {
            TapeStore opened = openVault(Attendants.NONE);
            return opened.seek(backup.about().imageId(), backup.lane(1), null).map(Jumps::new);
        }
    }

    /** Jumps as dear as the test has them. */
    private final class Jumps implements SeekableBytes {
        private final SeekableBytes inner;

        Jumps(SeekableBytes inner) {
            this.inner = inner;
        }

        @Override
        public long length() {
            return inner.length();
        }

        @Override
        public long jumpBytes() {
            return jumpBytes;
        }

        @Override
        public InputStream from(long offset) throws IOException {
            return jumpWrap.apply(inner.from(offset));
        }

        @Override
        public void close() throws IOException {
            inner.close();
        }
    }

    private final class WatchedTarget implements ImageTarget {
        private final ImageTarget target;

        WatchedTarget(ImageTarget target) {
            this.target = target;
        }

        @Override
        public Map<String, String> facts(String writer) {
            return target.facts(writer);
        }

        @Override
        public String description() {
            return target.description();
        }

        @Override
        public String place() {
            return target.place();
        }

        @Override
        public io.saddlebag.tapeoption.Prompt prompt() {
            return target.prompt();
        }

        @Override
        public @Nullable String startsOverBecause() {
            return target.startsOverBecause();
        }

        @Override
        public String settings() {
            return target.settings();
        }

        @Override
        public @Nullable String missing(StoredImage parts) throws IOException {
            return target.missing(parts);
        }

        @Override
        public List<ImageLane> open(ImageToStore image, Attendants attendants)
                throws IOException, InterruptedException {
            List<ImageLane> lanes = new ArrayList<>();
            for (ImageLane lane : target.open(image, attendants)) {
                lanes.add(new WatchedLane(lane));
            }
            return lanes;
        }
    }

    private interface Storing {
        StoredImage store(InputStream watched) throws IOException, InterruptedException;
    }

    private final class WatchedLane implements ImageLane {
        private final ImageLane lane;

        WatchedLane(ImageLane lane) {
            this.lane = lane;
        }

        @Override
        public void close() throws IOException {
            lane.close();
        }

        @Override
        public StoredImage storePart(
                ImageToStore image, @Nullable StoredImage before, InputStream part, BooleanSupplier last)
                throws IOException, InterruptedException {
            return watched(part, watched -> lane.storePart(image, before, watched, last));
        }

        @Override
        public StoredImage store(ImageToStore image, InputStream data) throws IOException, InterruptedException {
            return watched(data, watched -> lane.store(image, watched));
        }

        private StoredImage watched(InputStream data, Storing storing) throws IOException, InterruptedException {
            events.add("image");
            beforeImage.happens();
            StoredImage stored = storing.store(new FilterInputStream(data) {
                private boolean told;

                @Override
                public int read(byte[] into, int offset, int length) throws IOException {
                    if (!told) {
                        told = true;
                        tell();
                    }
                    return super.read(into, offset, length);
                }
            });
            afterImage.happens();
            events.add("image is durable");
            return stored;
        }

        private void tell() throws IOException {
            try {
                withinImage.happens();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** A failure as a part would report it. */
    public static BackupException failure(io.saddlebag.fault.FaultCode code, @Nullable String what) {
        return new BackupException(code, what == null ? "injected" : what, "This is a test.");
    }
}
