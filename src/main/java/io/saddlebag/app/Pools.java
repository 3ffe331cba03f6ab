package io.saddlebag.app;

import io.saddlebag.app.config.ConfigFault;
import io.saddlebag.app.config.ConfigFile;
import io.saddlebag.app.config.PoolConfig;
import io.saddlebag.backup.ImageLineage;
import io.saddlebag.backup.ImageTarget;
import io.saddlebag.backup.PoolImport;
import io.saddlebag.backup.PoolTarget;
import io.saddlebag.camel.pool.EndpointStore;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.PoolRegister;
import io.saddlebag.catalog.PooledBackup;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Accounts;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.Instances;
import io.saddlebag.host.local.LockedInstances;
import io.saddlebag.host.local.RandomNames;
import io.saddlebag.journal.JournalFault;
import io.saddlebag.journal.StoredJournals;
import io.saddlebag.media.MediaFamily;
import io.saddlebag.pool.Chains;
import io.saddlebag.pool.FolderStore;
import io.saddlebag.pool.Pool;
import io.saddlebag.pool.PoolPruning;
import io.saddlebag.pool.PoolStore;
import io.saddlebag.protection.FileRights;
import io.saddlebag.volume.VolumeRegister;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;

/** The configured disk pools. Thread-safe. */
final class Pools implements PoolImport.Pools, StoredJournals, Closeable {
    private final ConfigFile config;
    private final HostFiles files;
    private final PoolRegister register;
    private final VolumeRegister families;
    private final Accounts accounts;
    private final Map<String, Pool> open = new TreeMap<>();
    private final List<LockedInstances> locks = new ArrayList<>();
    private @Nullable DefaultCamelContext context;

    Pools(ConfigFile config, HostFiles files, PoolRegister register, VolumeRegister families, Accounts accounts) {
        this.accounts = accounts;
        this.config = config;
        this.files = files;
        this.register = register;
        this.families = families;
    }

    PoolRegister register() {
        return register;
    }

    Set<String> names() {
        return new TreeSet<>(config.node().pools().keySet());
    }

    /** Of pools on disk, by name. */
    Map<String, Path> folders() {
        Map<String, Path> folders = new TreeMap<>();
        config.node().pools().forEach((name, pool) -> {
            String folder = pool.folder();
            if (folder != null) {
                folders.put(name, config.resolve(folder).toAbsolutePath().normalize());
            }
        });
        return folders;
    }

    @Override
    public synchronized Pool pool(String name) throws IOException {
        Pool there = open.get(name);
        if (there == null) {
            PoolConfig found = config.node().pools().get(name);
            if (found == null) {
                throw new BackupException(
                        ConfigFault.UNKNOWN_NAME,
                        "there is no pool '" + name + "' in " + ConfigFile.PLACE + "; there "
                                + (names().isEmpty() ? "is none" : "are " + String.join(", ", names())),
                        "Name one of those, or add it to the configuration.");
            }
            there = new Pool(found.settings(name), store(name, found), register);
            open.put(name, there);
        }
        return there;
    }

    private PoolStore store(String name, PoolConfig found) throws IOException {
        String folder = found.folder();
        if (folder != null) {
            return new FolderStore(files, config.resolve(folder), name, found.reserve(), this::lockIn, accounts);
        }
        String spool = found.spool();
        Path kept = spool == null ? null : Files.createDirectories(config.resolve(spool));
        return new EndpointStore(context(), Objects.requireNonNull(found.endpoints()), files, kept);
    }

    /** Started when a pool at endpoints is first used. */
    private CamelContext context() {
        DefaultCamelContext there = context;
        if (there == null) {
            there = new DefaultCamelContext();
            there.start();
            context = there;
        }
        return there;
    }

    /** @param said of the rights to the files; the rest is as the pool's configuration says */
    ImageTarget target(String pool, @Nullable String family, FileRights said) throws IOException {
        MediaFamily known = family(family);
        if (family != null && known == null) {
            throw UnknownNames.family(family, families.families());
        }
        Pool there = pool(pool);
        FileRights rights = said.or(there.settings().rights());
        // before a database is stopped for it
        there.requireRights(rights);
        return new PoolTarget(there, known, rights);
    }

    List<PooledBackup> images(String pool) throws IOException {
        return register.images(pool(pool).name());
    }

    PoolPruning pruning(String pool, Catalog catalog, Chains chains, Clock clock) throws IOException {
        return new PoolPruning(pool(pool), catalog, register, new ImageLineage(), chains, clock);
    }

    @Override
    public @Nullable MediaFamily family(@Nullable String name) throws IOException {
        return families.families().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** It is no backup any more; its files go with the next runs of its pool's pruning. */
    boolean giveUp(BackupId backup, String cause) throws IOException {
        return register.mark(backup, register.beginRun(), cause);
    }

    @Override
    public InputStream open(Backup backup) throws IOException {
        if (backup.files().isEmpty()) {
            throw new BackupException(
                    JournalFault.NOT_READY,
                    "backup " + backup.id() + " is on volumes, from which single journals aren't fetched",
                    "Restore it to a folder first with 'saddlebag restore', and take the journal from there.");
        }
        return pool(backup.files().get(0).pool()).read(backup.files());
    }

    /** Removes what dead writers left; a pool that isn't there now is left for its next use. */
    void removeLeftovers(Consumer<String> notices) throws IOException {
        for (String name : names()) {
            try {
                pool(name).removeLeftovers();
            } catch (BackupException e) {
                notices.accept("pool " + name + " could not be cleared of what dead writers left: " + e.what());
            }
        }
    }

    private synchronized Instances lockIn(Path folder) throws IOException {
        LockedInstances own = LockedInstances.in(folder, new RandomNames());
        locks.add(own);
        return own;
    }

    @Override
    public synchronized void close() throws IOException {
        for (LockedInstances each : locks) {
            each.close();
        }
        locks.clear();
        DefaultCamelContext started = context;
        if (started != null) {
            started.close();
        }
    }
}
