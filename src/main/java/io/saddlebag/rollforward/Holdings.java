package io.saddlebag.rollforward;

import io.saddlebag.journal.JournalId;
import io.saddlebag.journal.JournalPiece;
import io.saddlebag.journal.JournalSource;
import io.saddlebag.journal.Journals;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Journals of a source that somebody has: those that are backed up, by operations that ended well or didn't (J13), and those that are
 * at the source still.
 *
 * @param known those that nobody has any more, too
 */
record Holdings(JournalSource source, Map<JournalId, JournalPiece> stored, SourceView atSource, Set<JournalId> known) {
    static Holdings of(Journals journals, JournalSource source, SourceView atSource) throws IOException {
        Map<JournalId, JournalPiece> stored = new TreeMap<>();
        Set<JournalId> known = new HashSet<>(atSource.ready().keySet());
        for (JournalPiece piece : journals.services().chain().pieces(source.name())) {
            known.add(piece.id());
            if (piece.state().isDurable() && piece.from() == 0) {
                stored.put(piece.id(), piece);
            } else if (piece.from() > 0) {
                // one in several parts: the first alone would end too early
                stored.remove(piece.id());
            }
        }
        return new Holdings(source, stored, atSource, known);
    }

    boolean has(JournalId journal) {
        return stored.containsKey(journal) || atSource.ready().containsKey(journal);
    }

    /** As its engine calls it. */
    String name(JournalId journal) {
        return source.nameOf(journal).orElseGet(journal::toString);
    }
}
