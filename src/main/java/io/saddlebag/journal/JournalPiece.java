package io.saddlebag.journal;

import io.saddlebag.catalog.BackupId;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a chain: a journal, or of an extensible one a part of it.
 *
 * @param source its configured name
 * @param from first byte of the journal that it holds; 0 but for later parts of an extensible one
 * @param bytes how many; 0 for a gap
 * @param name the journal's, and the last name of its path in the image; {@code ""} for a gap
 * @param first where it begins in the database's log; 0 where that isn't known
 * @param end where the next one begins; 0 where that isn't known
 * @param sha256 of what it holds, 64 hexadecimal digits; null for a gap
 * @param backup in the catalog, which knows where the image is; null for a gap
 * @param dependent whether a transaction may go on in the next piece, since it was made without a quiet point (J6)
 */
public record JournalPiece(
        String source,
        JournalId id,
        long from,
        long bytes,
        String name,
        long first,
        long end,
        @Nullable String sha256,
        @Nullable BackupId backup,
        PieceState state,
        boolean dependent) {
    /** As a recovery applies them. */
    public static final Comparator<JournalPiece> ORDER =
            Comparator.comparing(JournalPiece::id).thenComparingLong(JournalPiece::from);

    public JournalPiece {
        if ((state == PieceState.GAP) != (backup == null) || (backup == null) != (sha256 == null)) {
            throw new IllegalArgumentException("journal " + id + " of " + source + " is " + state + " in " + backup);
        }
    }

    /** Nobody has that journal (J25). */
    public static JournalPiece gap(String source, JournalId id) {
        return new JournalPiece(source, id, 0, 0, "", 0, 0, null, null, PieceState.GAP, false);
    }

    public JournalPiece in(PieceState other) {
        return new JournalPiece(source, id, from, bytes, name, first, end, sha256, backup, other, dependent);
    }

    /** Where it is in its image. */
    public String path() {
        return JournalPaths.of(id, from, name);
    }
}
