package io.saddlebag.app;

import io.saddlebag.app.config.ConfigFault;
import io.saddlebag.app.config.ConfigFile;
import io.saddlebag.app.config.JournalConfig;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.GrowingJournal;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.Waiter;
import io.saddlebag.incarnation.Incarnation;
import io.saddlebag.incarnation.IncarnationFacts;
import io.saddlebag.incarnation.IncarnationLog;
import io.saddlebag.journal.FollowedIncarnation;
import io.saddlebag.journal.JournalChain;
import io.saddlebag.journal.JournalId;
import io.saddlebag.journal.JournalSource;
import io.saddlebag.journal.folder.FolderJournals;
import io.saddlebag.journal.mariadb.BinlogJournals;
import io.saddlebag.journal.postgresql.ArchivedJournals;
import io.saddlebag.journal.sqlite.WalJournal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Journals that are a configured database's own. */
final class DatabaseJournals {
    private final Databases databases;
    private final HostFiles files;
    private final Path marks;
    private final IncarnationLog incarnations;
    private final Catalog catalog;

    /** @param marks a folder of the node's own, made when it is needed */
    DatabaseJournals(Databases databases, HostFiles files, Path marks, IncarnationLog incarnations, Catalog catalog) {
        this.catalog = catalog;
        this.incarnations = incarnations;
        this.databases = databases;
        this.files = files;
        this.marks = marks;
    }

    JournalSource source(String name, String database, JournalConfig found, JournalChain chain) throws IOException {
        DatabaseAdapter adapter = databases.get(database);
        if (!adapter.engine().equals(found.source())) {
            throw notOfThat(name, found, adapter);
        }
        Optional<GrowingJournal> growing = adapter.growingJournal();
        if (growing.isPresent()) {
            return new WalJournal(
                    name,
                    followed(name, database, found, chain),
                    growing.get(),
                    files,
                    chain,
                    Files.createDirectories(marks).resolve(name + ".cut"));
        }
        return new BinlogJournals(
                name,
                followed(name, database, found, chain),
                adapter.journals().orElseThrow(() -> notOfThat(name, found, adapter)),
                files);
    }

    /** Backups and journals tell of an incarnation only when somebody has numbered them in it: later looks ask those alone who begin one. */
    private FollowedIncarnation followed(String name, String database, JournalConfig found, JournalChain chain)
            throws IOException {
        return new FollowedIncarnation(incarnation(name, database, found, chain), () -> begun(database));
    }

    private long begun(String database) throws IOException {
        return incarnations.list(database).stream()
                .mapToLong(Incarnation::number)
                .max()
                .orElse(1);
    }

    /** Those that the database archives into a folder. */
    JournalSource archived(String name, String database, JournalConfig found, FolderJournals folder, Waiter waiter)
            throws IOException {
        DatabaseAdapter adapter = databases.get(database);
        return new ArchivedJournals(
                folder,
                adapter.archiving().orElseThrow(() -> notOfThat(name, found, adapter)),
                files,
                Files.createDirectories(marks).resolve(name + ".switch"),
                waiter,
                found.archivedWithin());
    }

    /** The newest that anything tells of: what the configuration says is needed where a database was reset by hand only (R9). */
    long incarnation(String name, String database, JournalConfig found, JournalChain chain) throws IOException {
        return Math.max(incarnation(database), Math.max(found.incarnation(), newest(name, chain)));
    }

    private static long newest(String name, JournalChain chain) throws IOException {
        return chain.last(name).map(JournalId::incarnation).orElse(1L);
    }

    /** As far as anything but journals tells of it. */
    long incarnation(String database) throws IOException {
        long newest = begun(database);
        for (Backup backup : catalog.backups(Catalog.Filter.COMPLETE)) {
            Long said = database.equals(backup.about().database())
                    ? IncarnationFacts.said(backup.about().facts())
                    : null;
            newest = said == null ? newest : Math.max(newest, said);
        }
        return newest;
    }

    private static BackupException notOfThat(String name, JournalConfig found, DatabaseAdapter adapter) {
        return new BackupException(
                ConfigFault.UNKNOWN_NAME,
                ConfigFile.PLACE + ": journals." + name + " has source " + found.source() + ", and database "
                        + adapter.name() + " is one of " + adapter.engine(),
                "Name the source after the database's engine: postgresql, mariadb or sqlite.");
    }
}
