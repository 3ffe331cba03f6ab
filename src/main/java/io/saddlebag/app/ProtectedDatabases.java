package io.saddlebag.app;

import io.saddlebag.app.config.ConfigFile;
import io.saddlebag.catalog.RehearsalLog;
import io.saddlebag.job.JobLog;
import io.saddlebag.journal.JournalChain;
import io.saddlebag.recoverability.Protected;
import io.saddlebag.recoverability.Recoverability;
import io.saddlebag.restore.RestoreServices;
import java.time.Clock;
import java.util.Set;

/** The configured databases, and which journals bring them forward. */
final class ProtectedDatabases implements Protected {
    private final ConfigFile config;
    private final Databases databases;

    private ProtectedDatabases(ConfigFile config, Databases databases) {
        this.config = config;
        this.databases = databases;
    }

    static Recoverability recoverability(
            ConfigFile config,
            Databases databases,
            RestoreServices restoring,
            JournalChain chain,
            RehearsalLog rehearsals,
            JobLog jobs,
            Clock clock) {
        return new Recoverability(new Recoverability.Parts(
                restoring.catalog(),
                restoring.copies(),
                chain,
                rehearsals,
                jobs,
                new ProtectedDatabases(config, databases),
                Recoverability.Branches.NONE,
                clock));
    }

    @Override
    public Set<String> databases() {
        return databases.names();
    }

    @Override
    public Set<String> journals(String database) {
        String source = config.journalsOfDatabases().get(database);
        return source == null ? Set.of() : Set.of(source);
    }
}
