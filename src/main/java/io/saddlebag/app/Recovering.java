package io.saddlebag.app;

import io.saddlebag.app.config.ConfigFile;
import io.saddlebag.app.config.DatabaseConfig;
import io.saddlebag.journal.Journals;
import io.saddlebag.journal.PieceReading;
import io.saddlebag.journal.StoredJournals;
import io.saddlebag.restore.RestoreJobs;
import io.saddlebag.restore.RestoreServices;
import io.saddlebag.rollforward.BegunIncarnations;
import io.saddlebag.rollforward.KnownIncarnations;
import io.saddlebag.rollforward.RecoverServices;
import io.saddlebag.rollforward.Recoveries;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/** Composes recoveries by journals. */
record Recovering(KnownIncarnations incarnations, Recoveries recoveries) {
    static Recovering of(
            ConfigFile config,
            BegunIncarnations log,
            Journals journals,
            StoredJournals stored,
            RestoreServices restoring,
            RecoverServices.Rights rights,
            Clock clock) {
        PieceReading reading = new PieceReading(restoring.catalog(), restoring.decryption(), restoring.workers());
        KnownIncarnations incarnations = new KnownIncarnations(log, restoring.catalog(), journals, reading, stored);
        Recoveries recoveries = new Recoveries(new RecoverServices(
                restoring,
                new RestoreJobs(restoring),
                journals,
                reading,
                incarnations,
                log,
                database -> area(config, database),
                rights,
                clock));
        return new Recovering(incarnations, recoveries);
    }

    private static Optional<Path> area(ConfigFile config, String database) {
        DatabaseConfig found = config.node().databases().get(database);
        String folder = found == null ? null : found.recoveryArea();
        return Optional.ofNullable(folder).map(config::resolve);
    }
}
