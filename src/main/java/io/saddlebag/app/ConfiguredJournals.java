package io.saddlebag.app;

import io.saddlebag.app.config.ConfigFault;
import io.saddlebag.app.config.ConfigFile;
import io.saddlebag.app.config.DatabaseConfig;
import io.saddlebag.app.config.GovernorConfig;
import io.saddlebag.app.config.JournalConfig;
import io.saddlebag.app.config.StreamConfig;
import io.saddlebag.backup.ImageTarget;
import io.saddlebag.backup.PoolTarget;
import io.saddlebag.database.BackedUpJournals;
import io.saddlebag.database.log.LogServer;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.InPlaceFiles;
import io.saddlebag.host.local.LocalFolderNews;
import io.saddlebag.journal.JournalGovernor;
import io.saddlebag.journal.JournalId;
import io.saddlebag.journal.JournalListener;
import io.saddlebag.journal.JournalNaming;
import io.saddlebag.journal.JournalPiece;
import io.saddlebag.journal.JournalServices;
import io.saddlebag.journal.JournalSource;
import io.saddlebag.journal.Journals;
import io.saddlebag.journal.folder.FolderJournals;
import io.saddlebag.journal.folder.FolderSettings;
import io.saddlebag.journal.folder.PreallocatedJournals;
import io.saddlebag.journal.folder.PreallocatedSettings;
import io.saddlebag.journal.folder.Settling;
import io.saddlebag.journal.watch.DiskGovernor;
import io.saddlebag.protection.FileRights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** The configured sources of journals. Thread-safe. */
final class ConfiguredJournals implements Journals {
    private final ConfigFile config;
    private final HostFiles files;
    private final InPlaceFiles inPlace;
    private final JournalServices services;
    private final SpillPools pools;
    private final ExecutorService workers;
    private final Map<String, JournalGovernor> governors = new ConcurrentHashMap<>();
    /** Of sources that are made anew for each pass. */
    private final Map<String, Settling> settling = new ConcurrentHashMap<>();

    private final DatabaseJournals ofDatabases;

    /** Pools that get backup files while a governor spills. */
    interface SpillPools {
        ImageTarget target(String pool, @Nullable String family, FileRights rights) throws IOException;
    }

    ConfiguredJournals(
            ConfigFile config,
            HostFiles files,
            InPlaceFiles inPlace,
            JournalServices services,
            DatabaseJournals ofDatabases,
            SpillPools pools,
            ExecutorService workers) {
        this.workers = workers;
        this.pools = pools;
        this.config = config;
        this.files = files;
        this.inPlace = inPlace;
        this.services = services;
        this.ofDatabases = ofDatabases;
    }

    @Override
    public Set<String> names() {
        return new TreeSet<>(sources().keySet());
    }

    @Override
    public JournalSource source(String name) throws IOException {
        JournalConfig found = sources().get(name);
        if (found == null) {
            throw new BackupException(
                    ConfigFault.UNKNOWN_NAME,
                    "there are no journals '" + name + "' in " + ConfigFile.PLACE + "; there "
                            + (names().isEmpty() ? "are none" : "are " + String.join(", ", names())),
                    "Name one of those, or add it to the configuration, below 'journals'.");
        }
        String database = found.database();
        if (database != null && !found.isInFolder()) {
            return ofDatabases.source(name, database, found, services.chain());
        }
        JournalConfig.Preallocated preallocated = found.preallocated();
        if (preallocated != null) {
            return new PreallocatedJournals(
                    new PreallocatedSettings(
                            name,
                            config.resolve(found.folder()),
                            preallocated.names(),
                            preallocated.files().number()),
                    files,
                    inPlace,
                    workers,
                    preallocated.files().load());
        }
        List<JournalSource> companions = new ArrayList<>();
        found.companions()
                .forEach((each, naming) -> companions.add(folder(companion(name, each), found, naming, List.of())));
        FolderJournals folder = folder(name, found, found.naming(), companions);
        return database == null ? folder : ofDatabases.archived(name, database, found, folder, services.waiter());
    }

    private static String companion(String name, String what) {
        return name + "." + what;
    }

    @Override
    public Optional<JournalNaming> naming(String source) {
        JournalConfig found = sources().get(source);
        if (found != null) {
            return Optional.of(found.naming());
        }
        for (Map.Entry<String, JournalConfig> each : sources().entrySet()) {
            for (Map.Entry<String, JournalNaming> companion :
                    each.getValue().companions().entrySet()) {
                if (source.equals(companion(each.getKey(), companion.getKey()))) {
                    return Optional.of(companion.getValue());
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public Optional<String> companionOf(String source) {
        return sources().entrySet().stream()
                .filter(each -> !sources().containsKey(source))
                .filter(each -> each.getValue().companions().keySet().stream()
                        .anyMatch(what -> source.equals(companion(each.getKey(), what))))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    @Override
    public JournalGovernor governor(String name, JournalListener listener) throws IOException {
        JournalSource governed = source(name);
        JournalConfig found = sources().get(name);
        GovernorConfig wanted = found == null ? null : found.governor();
        if (found == null || wanted == null) {
            return JournalGovernor.NONE;
        }
        String disk = wanted.disk();
        Path place = config.resolve(disk == null ? found.folder() : disk);
        StreamConfig stream = found.stream();
        DiskGovernor.Kept kept = stream == null
                ? OptionalLong::empty
                : new SlotRoom(StreamedJournals.server(config, name, stream, services));
        return governors.computeIfAbsent(
                name,
                each -> new DiskGovernor(
                        governed,
                        services.chain(),
                        wanted.steps(),
                        () -> files.usableSpaceBytes(place),
                        kept,
                        services.waiter(),
                        listener));
    }

    private record SlotRoom(LogServer server) implements DiskGovernor.Kept {
        @Override
        public OptionalLong bytes() throws IOException {
            return server.slot().safeBytes();
        }
    }

    @Override
    public ImageTarget spillTarget(String name, ImageTarget usual) throws IOException {
        JournalConfig found = sources().get(name);
        GovernorConfig governor = found == null ? null : found.governor();
        String pool = governor == null ? null : governor.spillTo();
        // what was protected there is protected here
        FileRights rights = usual instanceof PoolTarget pooled ? pooled.rights() : FileRights.NONE;
        return pool == null ? usual : pools.target(pool, null, rights);
    }

    private FolderJournals folder(
            String name, JournalConfig found, JournalNaming naming, List<JournalSource> companions) {
        String moveTo = found.moveTo();
        return new FolderJournals(
                new FolderSettings(
                        name,
                        config.resolve(found.folder()),
                        naming,
                        moveTo == null ? null : config.resolve(moveTo),
                        found.settled()),
                files,
                settling.computeIfAbsent(name, each -> new Settling(services.clock(), services.waiter())),
                companions,
                LocalFolderNews::open);
    }

    /**
     * As it says itself; else those that say so, or have its name; else the only journals of its engine, when it is the only database
     * of that.
     */
    @Override
    public Optional<String> ofDatabase(String database) throws IOException {
        DatabaseConfig found = config.node().databases().get(database);
        if (found == null) {
            return Optional.empty();
        }
        String named = found.journals();
        if (named != null) {
            return Optional.of(source(named).name());
        }
        for (Map.Entry<String, JournalConfig> each : sources().entrySet()) {
            if (database.equals(each.getValue().database())) {
                return Optional.of(each.getKey());
            }
        }
        if (sources().containsKey(database) && sources().get(database).database() == null) {
            return Optional.of(database);
        }
        List<String> fitting = sources().entrySet().stream()
                .filter(each -> found.engine().equals(each.getValue().engine()))
                .map(Map.Entry::getKey)
                .toList();
        long alike = config.node().databases().values().stream()
                .filter(each -> each.engine().equals(found.engine()))
                .count();
        return fitting.size() == 1 && alike == 1 ? Optional.of(fitting.get(0)) : Optional.empty();
    }

    /** The incarnation whose journals would be written now, of a database whose numbers begin anew with each. */
    long incarnation(String database) throws IOException {
        String source = ofDatabase(database).orElse(null);
        JournalConfig found = source == null ? null : sources().get(source);
        return source == null || found == null
                ? ofDatabases.incarnation(database)
                : ofDatabases.incarnation(source, database, found, services.chain());
    }

    /** Of that incarnation; nothing goes on from a gap, nor from what was given up. */
    Optional<BackedUpJournals.Newest> newest(String database) throws IOException {
        String source = ofDatabase(database).orElse(null);
        JournalId last = source == null ? null : services.chain().last(source).orElse(null);
        long incarnation = incarnation(database);
        if (source == null || last == null || last.incarnation() < incarnation) {
            return source == null || incarnation == 1
                    ? Optional.empty()
                    : Optional.of(new BackedUpJournals.Newest(0, "", 0));
        }
        List<JournalPiece> pieces = services.chain().pieces(source, last);
        JournalPiece end = pieces.get(pieces.size() - 1);
        return pieces.stream().allMatch(each -> each.state().isDurable())
                ? Optional.of(new BackedUpJournals.Newest(last.sequence(), end.name(), end.from() + end.bytes()))
                : Optional.empty();
    }

    @Override
    public JournalServices services() {
        return services;
    }

    private Map<String, JournalConfig> sources() {
        return config.node().journals();
    }
}
