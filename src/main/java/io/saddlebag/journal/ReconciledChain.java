package io.saddlebag.journal;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A chain that has all that the catalog's images hold (J13, J25): those of a catalog that was rebuilt from media, and those whose
 * process died between catalog and chain, are recorded when they are looked for. So nobody takes a chain that isn't filled yet for
 * the end of what there is. Nothing of a source is touched for it: that may be lost.
 *
 * <p>{@link #pieces(String)} compares with the catalog each time, the other answers once for each process, since passes ask for them
 * all the time: a pass knows by its intents what it left. Thread-safe, also across processes.
 */
public final class ReconciledChain implements JournalChain {
    private record Place(JournalId id, long from) {
        static Place of(JournalPiece piece) {
            return new Place(piece.id(), piece.from());
        }
    }

    private final JournalChain recorded;
    private final Catalog catalog;
    private final Namings namings;
    private final Set<String> compared = ConcurrentHashMap.newKeySet();

    /** How journals are called, as the configuration says. */
    @FunctionalInterface
    public interface Namings {
        /** Empty when no journals, nor companions of any, have that name: nothing can be said of theirs then. */
        Optional<JournalNaming> of(String source) throws IOException;
    }

    /**
     * @param recorded what was recorded up to now, and takes the rest
     * @param catalog in which images are found
     */
    public ReconciledChain(JournalChain recorded, Catalog catalog, Namings namings) {
        this.recorded = recorded;
        this.catalog = catalog;
        this.namings = namings;
    }

    /** Also those that can't be recorded, by somebody who may read only: then the next one finds them again. */
    @Override
    public List<JournalPiece> pieces(String source) throws IOException {
        List<JournalPiece> known = recorded.pieces(source);
        List<JournalPiece> found = unrecorded(source, known);
        if (found.isEmpty()) {
            return known;
        }
        try {
            recorded.record(found);
        } catch (IOException mayOnlyRead) {
            return merged(known, found);
        }
        return recorded.pieces(source);
    }

    private void compareOnce(String source) throws IOException {
        if (!compared.contains(source)) {
            recorded.record(unrecorded(source, recorded.pieces(source)));
            compared.add(source);
        }
    }

    /** An image of which the chain has anything is in it as a whole. */
    private List<JournalPiece> unrecorded(String source, List<JournalPiece> known) throws IOException {
        Set<BackupId> there = new HashSet<>();
        for (JournalPiece piece : known) {
            BackupId backup = piece.backup();
            if (backup != null) {
                there.add(backup);
            }
        }
        List<BackupId> images = catalog.completeOf(PieceRecorder.backupName(source)).stream()
                .filter(id -> !there.contains(id))
                .toList();
        Optional<JournalNaming> naming = images.isEmpty() ? Optional.empty() : namings.of(source);
        List<JournalPiece> found = new ArrayList<>();
        if (naming.isPresent()) {
            for (BackupId id : images) {
                found.addAll(of(source, id, naming.get()));
            }
        }
        return FoundPieces.fitting(known, found);
    }

    private List<JournalPiece> of(String source, BackupId id, JournalNaming naming) throws IOException {
        Backup backup = catalog.find(id)
                .filter(each -> each.state() == Backup.State.COMPLETE)
                .filter(each -> source.equals(each.about().facts().get(PieceRecorder.SOURCE)))
                .orElse(null);
        return backup == null ? List.of() : PieceRecorder.pieces(catalog, backup, (each, name) -> naming.extent(each));
    }

    private static List<JournalPiece> merged(List<JournalPiece> known, List<JournalPiece> found) {
        Map<Place, JournalPiece> all =
                new TreeMap<>(Comparator.comparing(Place::id).thenComparingLong(Place::from));
        known.forEach(piece -> all.put(Place.of(piece), piece));
        found.forEach(piece -> all.put(Place.of(piece), piece));
        return List.copyOf(all.values());
    }

    @Override
    public List<JournalPiece> pieces(String source, JournalId from) throws IOException {
        compareOnce(source);
        return recorded.pieces(source, from);
    }

    @Override
    public List<JournalPiece> pieces(String source, JournalId from, JournalId to) throws IOException {
        compareOnce(source);
        return recorded.pieces(source, from, to);
    }

    @Override
    public Optional<JournalId> lastBefore(String source, long incarnation) throws IOException {
        compareOnce(source);
        return recorded.lastBefore(source, incarnation);
    }

    @Override
    public Optional<JournalId> last(String source) throws IOException {
        compareOnce(source);
        return recorded.last(source);
    }

    /** Those that were recorded. */
    @Override
    public List<String> sources() throws IOException {
        return recorded.sources();
    }

    @Override
    public void record(List<JournalPiece> pieces) throws IOException {
        recorded.record(pieces);
    }

    @Override
    public void become(JournalPiece piece, PieceState state) throws IOException {
        recorded.become(piece, state);
    }

    @Override
    public void become(List<JournalPiece> pieces, PieceState state) throws IOException {
        recorded.become(pieces, state);
    }

    @Override
    public void intend(String source, String imageId) throws IOException {
        recorded.intend(source, imageId);
    }

    @Override
    public List<String> intended(String source) throws IOException {
        return recorded.intended(source);
    }

    @Override
    public void fulfilled(String source, String imageId) throws IOException {
        recorded.fulfilled(source, imageId);
    }
}
