package io.saddlebag.app;

import io.saddlebag.app.config.ConfigFault;
import io.saddlebag.app.config.ConfigFile;
import io.saddlebag.app.config.JournalConfig;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.journal.JournalSource;
import io.saddlebag.journal.mariadb.BinlogJournals;

/** Journals that are a configured database's own. */
final class DatabaseJournals {
    private final Databases databases;
    private final HostFiles files;

    DatabaseJournals(Databases databases, HostFiles files) {
        this.databases = databases;
        this.files = files;
    }

    JournalSource source(String name, String database, JournalConfig found) throws BackupException {
        DatabaseAdapter adapter = databases.get(database);
        if (!adapter.engine().equals(found.source())) {
            throw notOfThat(name, found, adapter);
        }
        return new BinlogJournals(
                name,
                found.incarnation(),
                adapter.journals().orElseThrow(() -> notOfThat(name, found, adapter)),
                files);
    }

    private static BackupException notOfThat(String name, JournalConfig found, DatabaseAdapter adapter) {
        return new BackupException(
                ConfigFault.UNKNOWN_NAME,
                ConfigFile.PLACE + ": journals." + name + " has source " + found.source() + ", and database "
                        + adapter.name() + " is one of " + adapter.engine(),
                "Name the source after the database's engine: mariadb or sqlite.");
    }
}
