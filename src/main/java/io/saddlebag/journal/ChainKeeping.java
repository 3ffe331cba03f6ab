package io.saddlebag.journal;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.pool.Chains;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps backup files of journals as long as anything is rolled forward with them, and lets them go from the chain's old end only (J13).
 * For one run of pruning: it reads each chain once. One thread.
 */
public final class ChainKeeping implements Chains {
    private final JournalChain chain;
    private final SourceOf sources;
    private final Map<String, List<JournalPiece>> read = new HashMap<>();

    /** Which journals bring a database forward. */
    @FunctionalInterface
    public interface SourceOf {
        Optional<String> source(String database) throws IOException;
    }

    public ChainKeeping(JournalChain chain, SourceOf sources) {
        this.chain = chain;
        this.sources = sources;
    }

    @Override
    public @Nullable String keeps(Backup expired, Collection<Backup> staying) throws IOException {
        String source = expired.about().facts().get(PieceRecorder.SOURCE);
        Optional<JournalId> first = source == null
                ? Optional.empty()
                : pieces(source).stream()
                        .filter(piece -> isDurableIn(piece, expired.id()))
                        .map(JournalPiece::id)
                        .findFirst();
        if (source == null || first.isEmpty()) {
            return null;
        }
        Set<BackupId> there = staying.stream().map(Backup::id).collect(Collectors.toSet());
        for (JournalPiece piece : pieces(source)) {
            BackupId other = piece.backup();
            boolean before = piece.id().compareTo(first.get()) < 0;
            if (before
                    && piece.state().isDurable()
                    && other != null
                    && !other.equals(expired.id())
                    && there.contains(other)) {
                return "backup " + other + " stays, and holds journals of " + source + " before it";
            }
        }
        for (Backup other : staying) {
            if (needs(other, source, expired)) {
                return "backup " + other.id() + " of " + other.about().name() + " is rolled forward with its journals";
            }
        }
        return null;
    }

    /** A backup needs what was closed after its own beginning. */
    private boolean needs(Backup other, String source, Backup expired) throws IOException {
        String database = other.about().database();
        return database != null
                && !other.about().at().isAfter(expired.about().at())
                && sources.source(database).filter(source::equals).isPresent();
    }

    @Override
    public boolean isGivenUp(Backup backup) throws IOException {
        String source = backup.about().facts().get(PieceRecorder.SOURCE);
        if (source == null) {
            return false;
        }
        List<JournalPiece> held = pieces(source).stream()
                .filter(piece -> backup.id().equals(piece.backup()))
                .toList();
        return !held.isEmpty() && held.stream().allMatch(piece -> piece.state() == PieceState.BROKEN);
    }

    private static boolean isDurableIn(JournalPiece piece, BackupId backup) {
        return backup.equals(piece.backup()) && piece.state().isDurable();
    }

    private List<JournalPiece> pieces(String source) throws IOException {
        List<JournalPiece> all = read.get(source);
        if (all == null) {
            all = chain.pieces(source);
            read.put(source, all);
        }
        return all;
    }
}
