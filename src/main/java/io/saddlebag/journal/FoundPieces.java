package io.saddlebag.journal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What images that are found later than they were made add to a chain (J18). One whose end nobody had heard of was made again meanwhile, from the
 * same byte on and with what was written since: a recovery must apply one of the two, and nothing twice. Asked by chains within the
 * transaction that records: before it, another process could come in between. Stateless.
 */
public final class FoundPieces {
    private static final Comparator<Run> LONGEST_FIRST = Comparator.comparingLong(Run::from)
            .thenComparing(Comparator.comparingLong(Run::end).reversed());

    /** What one image holds of one journal. */
    private record Run(List<JournalPiece> pieces) {
        long from() {
            return pieces.stream().mapToLong(JournalPiece::from).min().orElse(0);
        }

        long end() {
            return pieces.stream().mapToLong(FoundPieces::end).max().orElse(0);
        }
    }

    private FoundPieces() {}

    /**
     * Those of which nothing is durable in the chain yet; of two that begin with the same byte the longer one. What an image holds of a journal is
     * taken as a whole, or there would be holes.
     *
     * @param known of the journals that were found, at least
     * @param found no gaps
     */
    public static List<JournalPiece> fitting(List<JournalPiece> known, List<JournalPiece> found) {
        Map<JournalId, List<JournalPiece>> taken = new LinkedHashMap<>();
        for (JournalPiece piece : known) {
            if (piece.state().isDurable()) {
                taken.computeIfAbsent(piece.id(), id -> new ArrayList<>()).add(piece);
            }
        }
        Map<String, Run> runs = new LinkedHashMap<>();
        for (JournalPiece piece : found) {
            runs.computeIfAbsent(piece.id() + " in " + piece.backup(), any -> new Run(new ArrayList<>()))
                    .pieces()
                    .add(piece);
        }
        List<JournalPiece> fitting = new ArrayList<>();
        for (Run run : runs.values().stream().sorted(LONGEST_FIRST).toList()) {
            List<JournalPiece> there = taken.computeIfAbsent(run.pieces().get(0).id(), id -> new ArrayList<>());
            if (run.pieces().stream().noneMatch(piece -> there.stream().anyMatch(other -> overlap(piece, other)))) {
                there.addAll(run.pieces());
                fitting.addAll(run.pieces());
            }
        }
        return fitting;
    }

    private static boolean overlap(JournalPiece one, JournalPiece other) {
        return one.from() == other.from() || (one.from() < end(other) && other.from() < end(one));
    }

    private static long end(JournalPiece piece) {
        return piece.from() + piece.bytes();
    }
}
