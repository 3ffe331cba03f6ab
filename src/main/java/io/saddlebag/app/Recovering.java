package io.saddlebag.app;

import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.jdbc.JdbcIncarnationLog;
import io.saddlebag.image.Decryption;
import io.saddlebag.incarnation.IncarnationLog;
import io.saddlebag.journal.Journals;
import io.saddlebag.journal.PieceReading;
import io.saddlebag.journal.StoredJournals;
import io.saddlebag.rollforward.KnownIncarnations;
import io.saddlebag.store.jdbc.JdbcStore;
import java.util.concurrent.Executor;

/** Composes recoveries by journals. */
final class Recovering {
    private final KnownIncarnations incarnations;

    private Recovering(KnownIncarnations incarnations) {
        this.incarnations = incarnations;
    }

    static Recovering of(
            JdbcStore store,
            Catalog catalog,
            Journals journals,
            StoredJournals stored,
            Decryption keys,
            Executor workers) {
        IncarnationLog log = new JdbcIncarnationLog(store);
        PieceReading reading = new PieceReading(catalog, keys, workers);
        return new Recovering(new KnownIncarnations(log, catalog, journals, reading, stored));
    }

    KnownIncarnations incarnations() {
        return incarnations;
    }
}
