package io.saddlebag.rollforward;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.NewBackup;
import io.saddlebag.database.StagedReplay;
import io.saddlebag.incarnation.IncarnationFacts;
import io.saddlebag.incarnation.Incarnations;
import io.saddlebag.incarnation.StatePoint;
import io.saddlebag.journal.JournalPiece;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Which states of a database its backups are, where its journals are numbered anew in each incarnation (R10). Places are {@link
 * io.saddlebag.recovery.JournalOffset}s. Of the journals and incarnations that were known when it was made; one thread.
 */
public final class BackupStates {
    private final StagedReplay replay;
    private final Incarnations known;
    private final ReplayHoldings holdings;

    BackupStates(StagedReplay replay, Incarnations known, ReplayHoldings holdings) {
        this.replay = replay;
        this.known = known;
        this.holdings = holdings;
    }

    /** @param chain of the database's journals */
    public static BackupStates of(StagedReplay replay, Incarnations known, Catalog catalog, List<JournalPiece> chain)
            throws IOException {
        return new BackupStates(replay, known, ReplayHoldings.of(catalog, chain, List.of(), Instant.EPOCH));
    }

    /** The incarnation that the database had. */
    public long incarnation(Backup backup) {
        NewBackup about = backup.about();
        return IncarnationFacts.of(about.facts(), about.at(), known.all());
    }

    /** Empty when nobody knows where journals go on from it. */
    public Optional<StatePoint> of(Backup backup) {
        long incarnation = incarnation(backup);
        NewBackup about = backup.about();
        return replay.begin(
                        new StagedReplay.State(backup.id().value(), about.at(), about.facts()),
                        holdings.known(incarnation))
                .map(position -> new StatePoint(incarnation, position));
    }
}
