package io.saddlebag.camel;

import io.saddlebag.backup.BackupRun;
import io.saddlebag.backup.BackupServices;
import io.saddlebag.backup.Backups;
import io.saddlebag.backup.CatalogImport;
import io.saddlebag.backup.DatasetBackup;
import io.saddlebag.backup.ImageCopying;
import io.saddlebag.backup.ImageLane;
import io.saddlebag.backup.ImageTarget;
import io.saddlebag.backup.PoolImport;
import io.saddlebag.backup.PoolTarget;
import io.saddlebag.backup.StoredFiles;
import io.saddlebag.backup.TapeTarget;
import io.saddlebag.backup.VolumeImaging;
import io.saddlebag.boot.BootTests;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.jdbc.JdbcCatalog;
import io.saddlebag.catalog.jdbc.JdbcImageCopies;
import io.saddlebag.catalog.jdbc.JdbcPoolRegister;
import io.saddlebag.catalog.jdbc.JdbcRehearsalLog;
import io.saddlebag.catalog.jdbc.JdbcVolumeRegister;
import io.saddlebag.checkpoint.CheckpointSettings;
import io.saddlebag.checkpoint.Checkpoints;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.dataset.Datasets;
import io.saddlebag.disk.Disks;
import io.saddlebag.disk.local.LocalDisks;
import io.saddlebag.diskimage.HashStore;
import io.saddlebag.fault.BackupException;
import io.saddlebag.group.ConsistencyGroup;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.Processes;
import io.saddlebag.host.local.LocalFiles;
import io.saddlebag.host.local.LocalProcesses;
import io.saddlebag.host.local.RandomNames;
import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.Jobs;
import io.saddlebag.job.Transcripts;
import io.saddlebag.job.file.FileTranscripts;
import io.saddlebag.job.jdbc.JdbcJobLog;
import io.saddlebag.lease.SourceReturner;
import io.saddlebag.lease.Watchdog;
import io.saddlebag.lease.memory.MemoryWatchdog;
import io.saddlebag.librarian.Librarian;
import io.saddlebag.library.memory.MemoryLibrary;
import io.saddlebag.media.MediaFamily;
import io.saddlebag.media.VolumeId;
import io.saddlebag.node.LibraryDesk;
import io.saddlebag.node.Node;
import io.saddlebag.operator.Client;
import io.saddlebag.operator.OperatorDesks;
import io.saddlebag.pool.FolderStore;
import io.saddlebag.pool.Pool;
import io.saddlebag.pool.PoolSettings;
import io.saddlebag.posix.linux.LinuxPosix;
import io.saddlebag.protection.Requesters;
import io.saddlebag.quantity.BlockSize;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.rehearsal.Rehearsals;
import io.saddlebag.restore.ComponentSwap;
import io.saddlebag.restore.DiskFiles;
import io.saddlebag.restore.PoolOrigin;
import io.saddlebag.restore.RestoreJobs;
import io.saddlebag.restore.RestoreServices;
import io.saddlebag.restore.Restores;
import io.saddlebag.restore.VolumeRestores;
import io.saddlebag.snapshot.Consistency;
import io.saddlebag.snapshot.SnapshotProvider;
import io.saddlebag.store.jdbc.JdbcStore;
import io.saddlebag.tapeoption.Prompt;
import io.saddlebag.tapeoption.TapeOptions;
import io.saddlebag.volume.Attendants;
import io.saddlebag.volume.FoundImages;
import io.saddlebag.volume.FoundSection;
import io.saddlebag.volume.OperatorDesk;
import io.saddlebag.volume.RobotOperations;
import io.saddlebag.volume.TapeStore;
import io.saddlebag.volume.Target;
import io.saddlebag.volume.VolumeOperations;
import io.saddlebag.volume.VolumeRegister;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Database {@code orders} in a folder, library {@code vault} in memory, catalog and job log in a file: all use cases are real. */
final class MemoryNode implements Node {
    final java.util.Map<String, String> datasetTexts = new java.util.concurrent.ConcurrentHashMap<>();
    final io.saddlebag.key.MemoryKeys keyTexts = new io.saddlebag.key.MemoryKeys();
    private final io.saddlebag.key.KeyRing keys;
    private final Datasets datasets = new Datasets(new DatasetTexts());
    private io.saddlebag.volume.@Nullable DriveOperations drives;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    final List<String> events = FolderDatabase.events();
    final Path home;
    final FolderDatabase orders;
    final CopySnapshots snapshots;
    final MemoryLibrary vault;
    volatile boolean closed;
    volatile Duration patience = Duration.ZERO;
    volatile Consumer<String> whenWriting = image -> {};

    private final HostFiles files = new LocalFiles(new LinuxPosix());
    private final JdbcStore store;
    private final Catalog catalog;
    private final Pool disk;
    private final JdbcVolumeRegister volumes;
    private final Transcripts transcripts;
    private final Jobs jobs;
    private final ExecutorService workers = Executors.newFixedThreadPool(2);
    private final Backups backups;
    private final Restores restores;
    private final VolumeImaging volumeImaging;
    private final VolumeRestores volumeRestores;
    private final DiskFiles diskFiles;
    private final Librarian librarian;
    private final BootTests bootTests;
    private final Rehearsals rehearsals;
    final Map<String, ConsistencyGroup> groups = new TreeMap<>();
    volatile Processes processes = new LocalProcesses();
    private final Map<String, DatabaseAdapter> databases = new TreeMap<>();

    private MemoryNode(Path home, MemoryLibrary vault) throws IOException {
        this.home = home;
        Path data = Files.createDirectories(home.resolve("orders"));
        Files.writeString(data.resolve("table"), "row 1\nrow 2\n");
        orders = new FolderDatabase("orders", data, events);
        databases.put("orders", orders);
        databases.put("ledger", new FolderDatabase("ledger", data, events));
        databases.put("shop", new FolderDatabase("shop", data, events));
        databases.put("orcl", new FolderDatabase("orcl", data, events));
        databases.put("stock", new FolderDatabase("stock", data, events));
        snapshots = new CopySnapshots(home.resolve("snapshots"), events);
        this.vault = vault;
        store = JdbcStore.openSqlite(home.resolve("node.db"), JdbcCatalog.FAULTS);
        catalog = new JdbcCatalog(store);
        volumes = new JdbcVolumeRegister(store);
        volumes.defineFamilies(List.of(new MediaFamily("nightly", null, null, MediaFamily.Expiration.TIME)));
        transcripts = new FileTranscripts(Files.createDirectories(home.resolve("transcripts")), Clock.systemUTC());
        jobs = new Jobs(new JdbcJobLog(store), transcripts, Clock.systemUTC(), new SystemWaiter(), "self");
        disk = new Pool(
                new PoolSettings("disk", null, 1),
                new FolderStore(files, home.resolve("pool"), "disk", ByteCount.ZERO, folder -> new OnlyProcess()),
                new JdbcPoolRegister(store));
        Watchdog watchdog = new MemoryWatchdog(Clock.systemUTC(), new Guard());
        backups = new Backups(new BackupServices(
                jobs,
                catalog,
                watchdog,
                files,
                workers,
                Clock.systemUTC(),
                new SystemWaiter(),
                new RandomNames(),
                "testhost",
                "tester",
                (job, library, prompt) -> desk(job, prompt),
                StoredFiles.NONE,
                (facts, transcript) -> {},
                volumes,
                new Checkpoints(files, Clock.systemUTC(), CheckpointSettings.in(home.resolve("checkpoints"))),
                Map.of(),
                BackupServices.Histories.NONE,
                io.saddlebag.snapshot.SnapshotReserve.DEFAULT,
                new ConcurrentHashMap<>()));
        keys = new io.saddlebag.key.KeyRing(keyTexts, new java.security.SecureRandom());
        RestoreServices restoring = new RestoreServices(
                jobs,
                catalog,
                watchdog,
                files,
                new PoolOrigin(name -> disk, new VaultOrigin()),
                new KnownDatabases(),
                workers,
                new SystemWaiter(),
                RestoreServices.Privilege.KEEPS_OWN,
                keys,
                new JdbcImageCopies(store));
        restores = new RestoreJobs(restoring);
        Disks disks = new LocalDisks(new LinuxPosix(), files, workers);
        volumeImaging = new VolumeImaging(disks, new HashStore(files, home.resolve("cluster-hashes")));
        volumeRestores = new VolumeRestores(restoring, disks);
        diskFiles = new DiskFiles(restoring, disks);
        librarian = new Librarian(backups, restoring, new RandomNames(), Requesters.NAMES, Clock.systemUTC());
        Path scratch = Files.createDirectories(home.resolve("boot-test"));
        bootTests = new BootTests(new BootTests.Parts(
                jobs, volumeRestores, (command, line) -> processes.run(command, line), files, scratch));
        rehearsals = new Rehearsals(new Rehearsals.Parts(
                restoring, new JdbcRehearsalLog(store), Map::of, Clock.systemUTC(), home.resolve("rehearsal")));
    }

    void add(DatabaseAdapter database) {
        databases.put(database.name(), database);
    }

    static MemoryNode in(Path home) {
        return in(home, "SBG001", "SBG002");
    }

    static MemoryNode in(Path home, String... cartridges) {
        try {
            MemoryLibrary vault = MemoryLibrary.named("vault")
                    .slots(4)
                    .drives(2)
                    .mailSlots(1)
                    .cartridges(cartridges)
                    .build();
            return new MemoryNode(Files.createDirectories(home), vault);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One that knows nothing yet of what is in the library. */
    static MemoryNode withCartridgesOf(MemoryNode node, Path home) throws IOException {
        return new MemoryNode(Files.createDirectories(home), node.vault);
    }

    private OperatorDesk desk(JobRun job, Prompt prompt) throws IOException {
        return new OperatorDesks(new SystemWaiter(), Client.ABSENT).of(job, vault, patience, prompt);
    }

    private io.saddlebag.volume.Dependents dependents() {
        return new io.saddlebag.keeping.KeptVolumes(new io.saddlebag.keeping.KeptVolumes.Parts(
                catalog,
                volumes,
                new io.saddlebag.backup.ImageLineage(),
                () -> new io.saddlebag.journal.ChainKeeping(journals(), catalog),
                listener -> new io.saddlebag.journal.ChainBreaking(
                        journals().services().chain(), (backup, cause) -> false, listener),
                Clock.systemUTC()));
    }

    private TapeStore open(Attendants attendants) {
        return new TapeStore(vault, volumes, dependents(), attendants, Clock.systemUTC(), new BlockSize(4096));
    }

    private record OnlyProcess() implements io.saddlebag.host.Instances {
        @Override
        public String self() {
            return "self";
        }

        @Override
        public boolean alive(String instance) {
            return true;
        }
    }

    private final class VaultOrigin implements io.saddlebag.restore.ImageOrigin {
        @Override
        public int drives(Backup backup) {
            return vault.drives().size();
        }

        @Override
        public InputStream open(Backup backup, int lane, Asker asker) throws IOException {
            return read(backup, lane, asker.job(), asker.prompt());
        }
    }

    private InputStream read(Backup backup, int lane, JobRun job, Prompt prompt) throws IOException {
        TapeStore tapes = open(new Attendants(desk(job, prompt), FoundImages.LEFT_ALONE, note -> {
            try {
                job.transcript().line(note);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }));
        return new FilterInputStream(tapes.read(backup.about().imageId(), backup.lane(lane))) {
            @Override
            public void close() throws IOException {
                super.close();
                tapes.close();
            }
        };
    }

    Job onlyJob() throws IOException {
        List<Job> all = jobs.jobs();
        if (all.size() != 1) {
            throw new AssertionError("not one job, but " + all);
        }
        return all.get(0);
    }

    /** A further database, in a folder of its own. */
    FolderDatabase add(String name, Path folder) {
        FolderDatabase added = new FolderDatabase(name, folder, events);
        databases.put(name, added);
        return added;
    }

    List<String> backupsComplete() throws IOException {
        return catalog.backups(Catalog.Filter.COMPLETE).stream()
                .map(backup -> backup.about().name())
                .toList();
    }

    @Override
    public String name() {
        return "testhost";
    }

    @Override
    public Librarian librarian() {
        return librarian;
    }

    @Override
    public BackupRun.StopOptions stopOptions(String database) {
        return new BackupRun.StopOptions(MINUTE, MINUTE, MINUTE);
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

    /** Journals {@code ledger}, dropped into {@code home/archive}; they bring {@code orders} forward. */
    @Override
    public io.saddlebag.journal.Journals journals() {
        return new io.saddlebag.journal.Journals() {
            @Override
            public java.util.Optional<String> ofDatabase(String database) {
                return database.equals("orders") ? java.util.Optional.of("ledger") : java.util.Optional.empty();
            }

            @Override
            public Set<String> names() {
                return Set.of("ledger");
            }

            @Override
            public io.saddlebag.journal.JournalSource source(String name) {
                return new io.saddlebag.journal.folder.FolderJournals(
                        new io.saddlebag.journal.folder.FolderSettings(
                                name,
                                home.resolve("archive"),
                                io.saddlebag.journal.folder.NamePattern.of("redo_(?<sequence>\\d+)\\.arc", 10),
                                null,
                                Duration.ZERO),
                        files,
                        new io.saddlebag.journal.folder.Settling(Clock.systemUTC(), new SystemWaiter()));
            }

            @Override
            public io.saddlebag.journal.JournalServices services() {
                return new io.saddlebag.journal.JournalServices(
                        backups,
                        catalog,
                        new io.saddlebag.journal.jdbc.JdbcJournalChain(store),
                        Clock.systemUTC(),
                        new SystemWaiter());
            }
        };
    }

    /** Single journals, from wherever they were written to. */
    @Override
    public io.saddlebag.journal.JournalFetch journalFetch() {
        return new io.saddlebag.journal.JournalFetch(
                journals(),
                backup -> open(new Attendants(OperatorDesk.UNATTENDED, FoundImages.LEFT_ALONE, note -> {}))
                        .read(backup.about().imageId(), backup.lane(1)),
                files,
                io.saddlebag.image.Decryption.NONE,
                workers);
    }

    /** Journals {@code ledger} bring database {@code orders} forward. */
    @Override
    public io.saddlebag.recoverability.Recoverability recoverability() {
        return new io.saddlebag.recoverability.Recoverability(new io.saddlebag.recoverability.Recoverability.Parts(
                catalog,
                new io.saddlebag.catalog.jdbc.JdbcImageCopies(store),
                journals().services().chain(),
                rehearsals.log(),
                new io.saddlebag.job.jdbc.JdbcJobLog(store),
                new io.saddlebag.recoverability.Protected() {
                    @Override
                    public Set<String> databases() {
                        return Set.of("orders");
                    }

                    @Override
                    public Set<String> journals(String database) {
                        return Set.of("ledger");
                    }
                },
                io.saddlebag.recoverability.Recoverability.Branches.NONE,
                Clock.systemUTC()));
    }

    @Override
    public BootTests bootTests() {
        return bootTests;
    }

    @Override
    public Map<String, ConsistencyGroup> groups() {
        return groups;
    }

    @Override
    public Rehearsals rehearsals() {
        return rehearsals;
    }

    @Override
    public DiskFiles diskFiles() {
        return diskFiles;
    }

    @Override
    public io.saddlebag.key.KeyRing keys() {
        return keys;
    }

    @Override
    public io.saddlebag.key.WalletKeeping walletKeeping() {
        throw new UnsupportedOperationException("this node has no wallet");
    }

    @Override
    public io.saddlebag.key.Rewrapping rewrapping() {
        return new io.saddlebag.key.Rewrapping(keys, files, Map.of());
    }

    @Override
    public Set<String> databases() {
        return databases.keySet();
    }

    @Override
    public DatabaseAdapter database(String name) throws BackupException {
        DatabaseAdapter database = databases.get(name);
        if (database == null) {
            throw new BackupException(
                    DatabaseFault.UNKNOWN_DATABASE,
                    "there is no database '" + name + "'; there are " + String.join(", ", databases.keySet()),
                    "Use one of those.");
        }
        return database;
    }

    private final class DatasetTexts implements Datasets.Files {
        @Override
        public List<String> names() {
            return List.copyOf(datasetTexts.keySet());
        }

        @Override
        public java.util.Map<String, String> texts(String name) {
            String text = datasetTexts.get(name);
            return text == null ? java.util.Map.of() : java.util.Map.of(name, text);
        }
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
                        new io.saddlebag.host.local.LocalProcesses(),
                        List::of,
                        "testhost",
                        List.of(),
                        null,
                        List.of(),
                        io.saddlebag.backup.SourceReaders.own(files),
                        new io.saddlebag.snapshot.none.NoSnapshots(java.time.Clock.systemUTC())));
    }

    @Override
    public Set<String> pools() {
        return Set.of("disk");
    }

    @Override
    public Pool pool(String name) {
        return disk;
    }

    @Override
    public ImageTarget poolTarget(String name, @Nullable String family, io.saddlebag.protection.FileRights rights)
            throws IOException {
        disk.requireRights(rights);
        return new PoolTarget(disk, null, rights);
    }

    @Override
    public List<io.saddlebag.catalog.PooledBackup> pooled(String name) throws IOException {
        return new JdbcPoolRegister(store).images(name);
    }

    @Override
    public io.saddlebag.pool.PoolPruning pruning(String name, @Nullable String user) {
        return new io.saddlebag.pool.PoolPruning(
                disk, catalog, new JdbcPoolRegister(store), new io.saddlebag.backup.ImageLineage(), Clock.systemUTC());
    }

    @Override
    public ImageCopying copying() {
        return new ImageCopying(catalog, new JdbcImageCopies(store), (backup, job) -> disk.read(backup.files()));
    }

    @Override
    public PoolImport poolImports() {
        throw new UnsupportedOperationException("not needed here");
    }

    @Override
    public Set<String> libraries() {
        return Set.of("vault");
    }

    @Override
    public List<io.saddlebag.node.FoundDevice> attachedDevices(
            io.saddlebag.node.PortalQuery portals,
            java.util.function.Consumer<io.saddlebag.fault.BackupException> unreachable) {
        return List.of(new io.saddlebag.node.FoundDevice(
                io.saddlebag.node.FoundDevice.Kind.DRIVE, List.of("sg: /dev/sg3"), "HP Ultrium 6-SCSI", "DRV00001"));
    }

    @Override
    public LibraryDesk library(String name) {
        return new LibraryDesk(
                vault,
                new RobotOperations(vault),
                new VolumeOperations(vault, volumes, dependents(), note -> {}, Clock.systemUTC()),
                drives(),
                (job, prompt) ->
                        new OperatorDesks(new SystemWaiter(), Client.ABSENT).carrier(job, vault, patience, prompt));
    }

    @Override
    public io.saddlebag.operator.MediaJobs mediaJobs() {
        return new io.saddlebag.operator.MediaJobs(jobs);
    }

    private synchronized io.saddlebag.volume.DriveOperations drives() {
        if (drives == null) {
            drives = new io.saddlebag.volume.DriveOperations(
                    vault,
                    new io.saddlebag.volume.Cleaning(
                            vault,
                            new io.saddlebag.catalog.jdbc.JdbcCleaningLog(store),
                            io.saddlebag.volume.Cleaning.Settings.STANDARD,
                            note -> {},
                            Clock.systemUTC(),
                            new io.saddlebag.host.local.SystemWaiter()));
        }
        return drives;
    }

    @Override
    public CatalogImport imports() {
        return new CatalogImport(
                catalog,
                new CatalogImport.Stores() {
                    @Override
                    public TapeStore store(String library, Attendants attendants) {
                        return open(attendants);
                    }

                    @Override
                    public List<FoundSection> scan(String library, VolumeId volume) throws IOException {
                        return library(library)
                                .volumes()
                                .scanVolume(new Target.Tagged(Objects.requireNonNull(
                                        volumes.find(volume).orElseThrow().barcode())))
                                .sections();
                    }
                },
                workers,
                Clock.systemUTC());
    }

    @Override
    public ImageTarget target(String library, @Nullable String family, TapeOptions options) throws IOException {
        io.saddlebag.volume.NamedDrives.of(vault, options.drives().names());
        TapeTarget tape = new TapeTarget(library, family, options, this::open);
        return new WatchedTarget(tape, () -> whenWriting);
    }

    @Override
    public SnapshotProvider snapshots(String provider, List<Path> paths, Consistency least) {
        return snapshots;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        workers.shutdownNow();
        store.close();
    }

    private final class KnownDatabases implements RestoreServices.Databases {
        @Override
        public DatabaseAdapter database(String name) throws IOException {
            return MemoryNode.this.database(name);
        }

        @Override
        public RestoreServices.Limits limits(String name) {
            return new RestoreServices.Limits(MINUTE, MINUTE, MINUTE);
        }
    }

    private final class Guard implements SourceReturner {
        @Override
        public void prepare(Watchdog.Action action) {}

        @Override
        public void commit(Watchdog.Action action, Consumer<String> log) throws IOException {
            ComponentSwap swap = ComponentSwap.of(files, action.facts());
            swap.decide();
            swap.finish();
        }

        @Override
        public void bringBack(Watchdog.Action action, Consumer<String> log) throws IOException, InterruptedException {
            database(action.facts().getOrDefault("database", "")).start(MINUTE, log);
        }
    }

    /** Lets a test act while an image is written. */
    private record WatchedTarget(ImageTarget target, java.util.function.Supplier<Consumer<String>> watcher)
            implements ImageTarget {
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
        public List<ImageLane> open(io.saddlebag.volume.ImageToStore image, Attendants attendants)
                throws IOException, InterruptedException {
            return target.open(image, attendants).stream()
                    .<ImageLane>map(lane -> new WatchedLane(lane, watcher))
                    .toList();
        }
    }

    private record WatchedLane(ImageLane lane, java.util.function.Supplier<Consumer<String>> watcher)
            implements ImageLane {
        @Override
        public void close() throws IOException {
            lane.close();
        }

        @Override
        public io.saddlebag.volume.StoredImage store(io.saddlebag.volume.ImageToStore image, InputStream data)
                throws IOException, InterruptedException {
            InputStream watched = new FilterInputStream(data) {
                @Override
                public int read(byte[] into, int offset, int length) throws IOException {
                    watcher.get().accept(image.imageId());
                    return super.read(into, offset, length);
                }
            };
            return lane.store(image, watched);
        }
    }
}
