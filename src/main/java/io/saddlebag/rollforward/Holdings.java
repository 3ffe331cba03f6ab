package io.saddlebag.rollforward;

import io.saddlebag.journal.JournalId;
import io.saddlebag.journal.JournalPiece;
import io.saddlebag.journal.JournalSource;
import io.saddlebag.journal.Journals;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Journals of a source that somebody has: those that are backed up, by operations that ended well or didn't (J13), and those that are
 * at the source still.
 *
 * @param beginnings of journals that nobody has as a whole, and that nothing follows in their incarnation
 * @param known those that nobody has any more, too
 */
record Holdings(
        JournalSource source,
        Map<JournalId, JournalPiece> stored,
        SourceView atSource,
        Map<JournalId, Beginning> beginnings,
        Set<JournalId> known) {
    static Holdings of(Journals journals, JournalSource source, SourceView atSource) throws IOException {
        return of(source, journals.services().chain().pieces(source.name()), atSource);
    }

    static Holdings of(JournalSource source, List<JournalPiece> chain, SourceView atSource) {
        Map<JournalId, JournalPiece> stored = new TreeMap<>();
        Set<JournalId> known = new HashSet<>(atSource.ready().keySet());
        for (JournalPiece piece : chain) {
            known.add(piece.id());
            if (piece.state().isDurable() && piece.from() == 0) {
                stored.put(piece.id(), piece);
            } else if (piece.from() > 0) {
                // one in several parts: the first alone would end too early
                stored.remove(piece.id());
            }
        }
        Map<JournalId, Beginning> beginnings = new TreeMap<>();
        for (Beginning each : atSource.beginnings().values()) {
            boolean whole = stored.containsKey(each.id()) || atSource.ready().containsKey(each.id());
            if (!whole && !SourceView.isFollowed(each.id(), known)) {
                beginnings.put(each.id(), each);
            }
        }
        known.addAll(beginnings.keySet());
        return new Holdings(source, stored, atSource, beginnings, known);
    }

    /** As a whole. */
    boolean hasWhole(JournalId journal) {
        return stored.containsKey(journal) || atSource.ready().containsKey(journal);
    }

    /** As a whole, or its beginning. */
    boolean has(JournalId journal) {
        return hasWhole(journal) || beginnings.containsKey(journal);
    }

    /** As its engine calls it. */
    String name(JournalId journal) {
        return source.nameOf(journal).orElseGet(journal::toString);
    }
}
